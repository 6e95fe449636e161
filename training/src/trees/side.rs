//! One side of a cut, as rows of classes come and go.

use super::moments::{count_of, weight_of};

/// One side of a cut: as rows come and go, its sum of squared class weights follows.
#[derive(Clone, Default)]
pub(super) struct Side {
    pub weights: Vec<f64>,
    pub weight: f64,
    pub squares: f64,
    pub count: usize,
}

impl Side {
    pub fn clear(&mut self, classes: usize) {
        self.weights.clear();
        self.weights.resize(classes, 0.0);
        (self.weight, self.squares, self.count) = (0.0, 0.0, 0);
    }

    #[inline]
    pub fn add(&mut self, class: u32, weighed: i64) {
        let weight = weight_of(weighed) as f64;
        let of_class = &mut self.weights[class as usize];
        self.squares += weight * (2.0 * *of_class + weight);
        *of_class += weight;
        self.weight += weight;
        self.count += count_of(weighed);
    }

    #[inline]
    pub fn take(&mut self, class: u32, weighed: i64) {
        let weight = weight_of(weighed) as f64;
        let of_class = &mut self.weights[class as usize];
        self.squares -= weight * (2.0 * *of_class - weight);
        *of_class -= weight;
        self.weight -= weight;
        self.count -= count_of(weighed);
    }
}

#[cfg(test)]
mod tests {
    use super::super::moments::weighed;
    use super::*;

    #[test]
    fn squares_follow_what_comes_and_goes() {
        let mut side = Side::default();
        side.clear(2);
        for (class, weight) in [(0, 3), (1, 2), (0, 1)] {
            side.add(class, weighed(weight));
        }
        assert_eq!((side.squares, side.weight, side.count), (20.0, 6.0, 3));
        side.take(0, weighed(3));
        assert_eq!((side.squares, side.weight, side.count), (5.0, 3.0, 2));
    }
}
