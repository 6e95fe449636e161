//! Figures of each label.

use crate::terminal::page::Page;
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::Text;
use model::card::{ClassMetrics, ClassificationMetrics};
use std::io::{self, Write};

/// Shows a row for each label; of more than `most` those whose mean probability and share are the furthest
/// apart, and a sentence about the others. `terms` are the top terms of a label, by its code.
///
/// # Errors
/// When it cannot be written.
pub fn show(
    page: &mut Page<impl Write>,
    of: &ClassificationMetrics,
    most: usize,
    terms: &dyn Fn(usize) -> String,
) -> io::Result<()> {
    let (table, rest) = table(of, most, terms);
    page.gap()?;
    page.table(&table)?;
    match rest {
        Some(rest) => page.line(format!("  {rest}")),
        None => Ok(()),
    }
}

fn table(
    of: &ClassificationMetrics,
    most: usize,
    terms: &dyn Fn(usize) -> String,
) -> (Table, Option<String>) {
    let gap = |class: &ClassMetrics| Some((class.mean_probability? - class.share?).abs());
    let mut shown: Vec<(usize, &ClassMetrics)> = of.per_class.iter().enumerate().collect();
    if shown.len() > most {
        shown.sort_by(|a, b| {
            let [a, b] = [a, b].map(|(_, class)| gap(class).unwrap_or(0.0));
            b.total_cmp(&a)
        });
    }
    let rest = shown.split_off(shown.len().min(most));
    let mut table = Table::indented(2)
        .text("label", Fit::Cut)
        .figure("precision", Fit::Whole)
        .figure("recall", Fit::Whole)
        .figure("F1", Fit::Whole)
        .figure("true", Fit::Whole)
        .figure("predicted", Fit::Whole)
        .figure("rows", Fit::Spare(0))
        .text("", Fit::Cut);
    for (code, class) in shown {
        let figures =
            [class.precision, class.recall, class.f1].map(|figure| format!("{figure:.3}"));
        let shares = [class.share, class.mean_probability].map(percent);
        let cells = [class.label.clone()]
            .into_iter()
            .chain(figures)
            .chain(shares);
        let cells = cells.chain([class.support.to_string(), terms(code)]);
        table.row(cells.map(Text::from));
    }
    let rest = rest.first().and_then(|(_, class)| gap(class)).map(|most| {
        let count = rest.len();
        format!(
            "and {count} more labels, each at most {:.1} points apart",
            most * 100.0
        )
    });
    (table, rest)
}

/// A share in percent; `-` where an older card has none.
fn percent(share: Option<f64>) -> String {
    share.map_or("-".into(), |share| format!("{:.1} %", share * 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use training::evaluation::{Classes, classification};

    #[test]
    fn the_labels_that_are_furthest_off_are_shown() {
        let classes = Classes {
            truth: vec![Some(0), Some(1), Some(1), Some(2)],
            answer: vec![0, 1, 1, 1],
            probabilities: vec![0.9, 0.1, 0.0, 0.2, 0.8, 0.0, 0.2, 0.8, 0.0, 0.3, 0.7, 0.0],
            uncalibrated: None,
        };
        let labels = ["ham", "spam", "eggs"].map(String::from);
        let metrics = classification(&labels, None, &[0, 1, 2], &classes);
        let lines = |most| {
            let (table, rest) = table(&metrics, most, &|code| format!("term{code}"));
            let lines = table.lines(usize::MAX);
            let lines: Vec<String> = lines.iter().map(|line| line.render(false)).collect();
            (lines, rest)
        };
        let (all, none) = lines(12);
        assert_eq!(
            (all.len(), none, all[2].as_str()),
            (
                4,
                None,
                "  spam       0.667   1.000  0.800  50.0 %     60.0 %     2  term1"
            )
        );
        let (one, rest) = lines(1);
        assert!(one[1].starts_with("  eggs "), "{one:?}");
        let rest = rest.unwrap();
        assert_eq!(rest, "and 2 more labels, each at most 15.0 points apart");
    }
}
