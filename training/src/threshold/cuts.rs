//! All the ways to cut rows in two by a threshold, and what each reaches.

/// Rows whose probability is at least a threshold.
#[derive(Clone, Copy)]
pub(super) struct ThresholdCut {
    pub(super) value: f64,
    pub(super) true_positives: usize,
    pub(super) false_positives: usize,
    pub(super) false_negatives: usize,
}

/// Every way to cut the rows in two by their probability, the highest threshold first.
pub(super) fn cuts(probabilities: &[f64], truth: &[bool], positives: usize) -> Vec<ThresholdCut> {
    let mut rows: Vec<(f64, bool)> = (probabilities.iter().copied())
        .zip(truth.iter().copied())
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut cuts = Vec::new();
    let (mut found, mut wrong) = (0, 0);
    // Above all rows, where there is room: then the positive class is never answered.
    let mut above = 1.0;
    for at in 0..=rows.len() {
        let below = rows.get(at).map_or(0.0, |row| row.0);
        if below < above || (at == rows.len() && above == 0.0) {
            cuts.push(ThresholdCut {
                value: between(below, above),
                true_positives: found,
                false_positives: wrong,
                false_negatives: positives - found,
            });
        }
        if let Some((probability, truth)) = rows.get(at) {
            above = *probability;
            found += usize::from(*truth);
            wrong += usize::from(!*truth);
        }
    }
    cuts
}

/// A threshold above `below` and at most `above`: 0.5 where it is one, else half way.
fn between(below: f64, above: f64) -> f64 {
    if below < 0.5 && 0.5 <= above {
        return 0.5;
    }
    let middle = below + 0.5 * (above - below);
    if middle > below { middle } else { above }
}

impl ThresholdCut {
    pub(super) fn precision(&self) -> f64 {
        self.true_positives as f64 / (self.true_positives + self.false_positives).max(1) as f64
    }

    pub(super) fn recall(&self) -> f64 {
        self.true_positives as f64 / (self.true_positives + self.false_negatives).max(1) as f64
    }

    pub(super) fn f1(&self) -> f64 {
        let all = 2 * self.true_positives + self.false_positives + self.false_negatives;
        2.0 * self.true_positives as f64 / all.max(1) as f64
    }
}
