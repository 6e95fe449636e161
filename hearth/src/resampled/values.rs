//! Figures of numbers.

use training::evaluation::Values;

/// Names of the figures.
pub const NAMES: [&str; 4] = ["r2", "mae", "rmse", "median_absolute_error"];

/// Answered numbers, prepared for figures of any weights.
pub struct ValueSample<'a> {
    of: &'a Values,
    /// Rows by their absolute error.
    order: Vec<u32>,
}

impl<'a> ValueSample<'a> {
    /// Prepares the answers; `None` without rows.
    pub fn new(of: &'a Values) -> Option<ValueSample<'a>> {
        let mut order: Vec<u32> = (0..of.truth.len() as u32).collect();
        order.sort_by(|a, b| error(of, *a as usize).total_cmp(&error(of, *b as usize)));
        (!order.is_empty()).then_some(ValueSample { of, order })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.order.len()
    }

    /// Passes over the rows for the figures of one draw.
    pub fn passes(&self) -> usize {
        5
    }

    /// The figures, in the order of [`NAMES`]; `None` where these rows have none.
    pub fn figures(&self, weights: &[u32]) -> Vec<Option<f64>> {
        let of = self.of;
        let whole: f64 = weights.iter().copied().map(f64::from).sum();
        let mean = |value: &dyn Fn(usize) -> f64| {
            let of_rows = weights.iter().enumerate();
            let weighted = of_rows.map(|(row, weight)| f64::from(*weight) * value(row));
            weighted.sum::<f64>() / whole
        };
        let centre = mean(&|row| of.truth[row]);
        let spread = mean(&|row| (of.truth[row] - centre).powi(2));
        let square = mean(&|row| error(of, row).powi(2));
        vec![
            (spread > 0.0).then(|| 1.0 - square / spread),
            Some(mean(&|row| error(of, row))),
            Some(square.sqrt()),
            median(of, &self.order, weights),
        ]
    }
}

fn error(of: &Values, row: usize) -> f64 {
    (of.truth[row] - of.answer[row]).abs()
}

/// The error in the middle; of two, their mean.
fn median(of: &Values, order: &[u32], weights: &[u32]) -> Option<f64> {
    let whole: u64 = weights.iter().copied().map(u64::from).sum();
    let at = |place: u64| {
        let mut before = 0;
        let row = order.iter().find(|row| {
            before += u64::from(weights[**row as usize]);
            before > place
        })?;
        Some(error(of, *row as usize))
    };
    Some((at(whole.checked_sub(1)? / 2)? + at(whole / 2)?) / 2.0)
}
