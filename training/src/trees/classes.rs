//! Forests of three and more classes, all at once: what is made smaller is Gini's impurity.

use super::deep::Measure;
use super::leaves::LeafSet;
use super::moments::weight_of;
use super::nodes::Node;
use super::side::Side;
use super::split::{Cut, Gap};
use super::view::View;
use model::format::NodeMean;

/// A row of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Labelled {
    /// Its class.
    pub class: u32,
    /// Its weight and a count of 1, see [`super::moments::weighed`].
    pub weighed: i64,
}

/// Rows of one bin and class.
#[derive(Clone, Copy)]
struct BinClass {
    bin: u8,
    class: u32,
    weighed: i64,
}

/// Gini's impurity of a tree's rows.
pub(super) struct GiniImpurity {
    classes: usize,
    min_samples_leaf: usize,
    /// Weights of the entered node's classes.
    total: Vec<i64>,
    score: f64,
    /// [bins, classes]
    histogram: Vec<i64>,
    groups: Vec<BinClass>,
    keys: Vec<u64>,
    sides: [Side; 2],
    pub leaves: LeafSet,
}

impl GiniImpurity {
    pub fn new(classes: usize, min_samples_leaf: usize) -> GiniImpurity {
        GiniImpurity {
            classes,
            min_samples_leaf: min_samples_leaf.max(1),
            total: vec![0; classes],
            score: 0.0,
            histogram: vec![0; 256 * classes],
            groups: Vec::new(),
            keys: Vec::new(),
            sides: Default::default(),
            leaves: LeafSet::default(),
        }
    }

    /// Rows as groups in ascending order of bins, the missing ones last.
    fn group(&mut self, view: &View<'_>, items: &[Labelled]) {
        self.groups.clear();
        let span = usize::from(view.greatest - view.least) + 1;
        if items.len() < span * self.classes {
            // Few rows: sorting them is less than looking at every bin of every class.
            self.keys.clear();
            let keyed = view.bins.iter().zip(0u64..);
            self.keys
                .extend(keyed.map(|(&bin, at)| u64::from(bin) << 56 | at));
            self.keys.sort_unstable();
            for &key in &self.keys {
                let item = items[(key & ((1 << 56) - 1)) as usize];
                self.groups.push(BinClass {
                    bin: (key >> 56) as u8,
                    class: item.class,
                    weighed: item.weighed,
                });
            }
            return;
        }
        for (&bin, item) in view.bins.iter().zip(items) {
            self.histogram[usize::from(bin) * self.classes + item.class as usize] += item.weighed;
        }
        let present = (view.least..=view.greatest).chain(view.missing.then_some(u8::MAX));
        for bin in present {
            let start = usize::from(bin) * self.classes;
            let weights = &mut self.histogram[start..start + self.classes];
            for (weighed, class) in weights.iter_mut().zip(0..) {
                if *weighed != 0 {
                    let weighed = std::mem::take(weighed);
                    self.groups.push(BinClass {
                        bin,
                        class,
                        weighed,
                    });
                }
            }
        }
    }

    /// The best cut between bins for which `may` holds, with the missing rows on one side.
    fn walk(&mut self, missing_left: bool, may: impl Fn(Gap) -> Option<Gap>) -> Option<Cut> {
        let [left, right] = &mut self.sides;
        left.clear(self.classes);
        right.clear(self.classes);
        let present = self.groups.partition_point(|group| group.bin != u8::MAX);
        let (present, missing) = self.groups.split_at(present);
        for group in present {
            right.add(group.class, group.weighed);
        }
        for group in missing {
            let side = if missing_left {
                &mut *left
            } else {
                &mut *right
            };
            side.add(group.class, group.weighed);
        }
        let mut best: Option<Cut> = None;
        for (at, group) in present.iter().enumerate() {
            left.add(group.class, group.weighed);
            right.take(group.class, group.weighed);
            let next = present.get(at + 1).map_or(u8::MAX, |next| next.bin);
            if next == group.bin || left.count.min(right.count) < self.min_samples_leaf {
                continue;
            }
            let seen = Gap {
                bin: group.bin,
                next,
            };
            let Some(Gap { bin, next }) = may(seen) else {
                continue;
            };
            let score = left.squares / left.weight + right.squares / right.weight;
            if best.is_none_or(|best| score > best.score) {
                let most = missing.is_empty() && left.count > right.count;
                best = Some(Cut {
                    score,
                    bin,
                    next,
                    missing_left: missing_left || most,
                });
            }
        }
        best
    }

    /// Both ways to send missing rows.
    fn better(&mut self, view: &View<'_>, may: impl Fn(Gap) -> Option<Gap>) -> Option<Cut> {
        let right = self.walk(false, &may);
        if !view.missing {
            return right;
        }
        match (right, self.walk(true, &may)) {
            (Some(right), Some(left)) if left.score > right.score => Some(left),
            (None, left) => left,
            (right, _) => right,
        }
    }
}

impl Measure for GiniImpurity {
    type Item = Labelled;

    fn enter(&mut self, items: &[Labelled]) -> bool {
        self.total.fill(0);
        for item in items {
            self.total[item.class as usize] += weight_of(item.weighed);
        }
        let (mut weight, mut squares) = (0.0, 0.0);
        for &of_class in &self.total {
            weight += of_class as f64;
            squares += of_class as f64 * of_class as f64;
        }
        self.score = squares / weight;
        items.iter().any(|item| item.class != items[0].class)
    }

    fn score(&self) -> f64 {
        self.score
    }

    fn best(&mut self, view: &View<'_>, items: &[Labelled]) -> Option<Cut> {
        self.group(view, items);
        self.better(view, Some)
    }

    fn at(&mut self, view: &View<'_>, items: &[Labelled], bin: u8) -> Option<Cut> {
        self.group(view, items);
        let next = bin + 1;
        self.better(view, |seen| {
            (seen.bin <= bin && bin < seen.next).then_some(Gap { bin, next })
        })
    }

    fn leaf(&mut self, _: &[u32], _: &[Labelled]) -> Node {
        Node::leaf(0.0, self.mean().row())
    }

    fn mean(&mut self) -> NodeMean {
        let weight: f64 = self.total.iter().map(|&weight| weight as f64).sum();
        let shares = self.total.iter();
        let shares = shares.map(|&of_class| (of_class as f64 / weight) as f32);
        NodeMean::of_row(self.leaves.row((0..).zip(shares)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::moments::weighed;
    use super::*;

    fn cut(bins: &[u8], classes: &[u32]) -> Option<(u8, bool)> {
        let items: Vec<Labelled> = classes
            .iter()
            .map(|&class| Labelled {
                class,
                weighed: weighed(1),
            })
            .collect();
        let mut measure = GiniImpurity::new(3, 1);
        assert!(measure.enter(&items));
        let values = bins.iter().filter(|&&bin| bin != 255);
        let view = View {
            bins,
            least: *values.clone().min().unwrap(),
            greatest: *values.max().unwrap(),
            missing: bins.contains(&255),
        };
        measure
            .best(&view, &items)
            .inspect(|cut| assert!(cut.score > measure.score()))
            .map(|cut| (cut.bin, cut.missing_left))
    }

    #[test]
    fn the_cut_parts_the_classes() {
        assert_eq!(cut(&[0, 1, 7, 9, 9], &[0, 0, 1, 1, 1]), Some((1, false)));
        assert_eq!(cut(&[1, 2, 255], &[0, 2, 2]), Some((1, false)));
        assert_eq!(cut(&[1, 2, 255], &[0, 2, 0]), Some((1, true)));
        assert_eq!(cut(&[1, 2, 255], &[0, 0, 1]), Some((2, false)));
    }

    #[test]
    fn many_rows_and_few_rows_find_the_same_cut() {
        let bins: Vec<u8> = (0..200).map(|row| (row % 3) as u8).collect();
        let classes: Vec<u32> = (0..200).map(|row| u32::from(row % 3 == 2)).collect();
        assert_eq!(cut(&bins, &classes), cut(&bins[..6], &classes[..6]));
    }
}
