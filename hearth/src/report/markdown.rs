//! The report as a comment for a pull request.

use super::classes::{PAIRS, by_label, share, signed};
use super::escape::{code, shortened};
use super::figures::{Line, lines, sentences};
use super::mistakes::{members, size};
use super::verdict::verdict;
use super::{Report, Tried};
use training::evaluation::Predictions;
use training::evaluation::confusion::{confusion, most_confused, name};
use training::evaluation::figures::text;

/// Most bytes: GitHub refuses comments of more than 65,536 characters.
const MOST: usize = 60_000;
/// Most characters of a label or another name, and of a row.
const NAME: usize = 80;
const ROW: usize = 200;
/// Most labels, attempts of a search and mistakes.
const LABELS: usize = 100;
const TRIED: usize = 30;
const MISTAKES: usize = 10;

/// The report in GitHub's Markdown, at most 60 kB: what comes last is left out first.
pub fn markdown(report: &Report<'_>) -> String {
    let verdict = verdict(report, &|text| name_of(text));
    let mut text = format!("### {}\n\n{verdict}\n", name_of(&report.card.name));
    for note in report.notes {
        text.push_str(&format!(
            "\n> {}\n",
            code(&shortened(&note.to_string(), 500))
        ));
    }
    let sections = [
        figures(report),
        labels(report),
        pairs(report),
        tried(report),
        mistakes(report),
    ];
    let last = "\n_The rest is left out: it is too long for a comment._\n";
    for section in sections.into_iter().filter(|section| !section.is_empty()) {
        if text.len() + section.len() + last.len() > MOST {
            text.push_str(last);
            break;
        }
        text.push_str(&section);
    }
    text
}

fn name_of(text: &str) -> String {
    code(&shortened(text, NAME))
}

fn figures(report: &Report<'_>) -> String {
    let lines = lines(report);
    let previous = report
        .against
        .filter(|_| lines.iter().any(|line| line.previous.is_some()));
    let (mut head, mut rule) = (
        "| figure | this model | baseline |".to_string(),
        "|---|--:|--:|".to_string(),
    );
    if let Some(against) = previous {
        head.push_str(&format!(
            " {} {} | change |",
            name_of(&against.name),
            name_of(&against.version)
        ));
        rule.push_str("--:|---|");
    }
    let mut table = format!("\n{head}\n{rule}\n");
    for line in &lines {
        let interval = line.interval.map_or(String::new(), |[low, high]| {
            format!(" ({} to {})", text(low), text(high))
        });
        let or_empty = |value: Option<f64>| value.map_or(String::new(), text);
        let (value, baseline) = (text(line.value), or_empty(line.baseline));
        table.push_str(&format!(
            "| {} | {value}{interval} | {baseline} |",
            line.figure.title
        ));
        if previous.is_some() {
            table.push_str(&format!(
                " {} | {} |",
                or_empty(line.previous),
                change(line)
            ));
        }
        table.push('\n');
    }
    let said = sentences(report, &|text| name_of(text)).join(" ");
    table.push_str(&format!("\n{said}\n"));
    table
}

/// A change with a sign that is seen without colours.
fn change(line: &Line) -> String {
    match line.change() {
        None => String::new(),
        Some((change, _)) if change == text(0.0) => change,
        Some((change, is_better)) => {
            let word = line.word(is_better);
            match line.is_sure {
                Some(true) => format!("**{change} {word}**"),
                _ => format!("{change} {word}"),
            }
        }
    }
}

fn details(summary: &str, body: &str) -> String {
    format!("\n<details><summary>{summary}</summary>\n\n{body}\n</details>\n")
}

fn labels(report: &Report<'_>) -> String {
    let all = by_label(report);
    if all.is_empty() {
        return String::new();
    }
    let mut table =
        "| label | precision | recall | F1 | change | rows | true share | mean probability |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|\n"
            .to_string();
    for (class, change) in all.iter().take(LABELS) {
        table.push_str(&format!(
            "| {} | {:.3} | {:.3} | {:.3} | {} | {} | {} | {} |\n",
            name_of(&class.label),
            class.precision,
            class.recall,
            class.f1,
            change.map_or(String::new(), signed),
            class.support,
            share(class.share),
            share(class.mean_probability)
        ));
    }
    let rest = match all.len().saturating_sub(LABELS) {
        0 => String::new(),
        rest => format!(" ({rest} more are better)"),
    };
    details(
        &format!("{} labels, the lowest F1 first{rest}", all.len()),
        &table,
    )
}

fn pairs(report: &Report<'_>) -> String {
    let Predictions::Classes(classes) = report.predictions else {
        return String::new();
    };
    let pairs = most_confused(&confusion(classes), PAIRS);
    if pairs.is_empty() {
        return String::new();
    }
    let mut table = "| true label | answered | rows |\n|---|---|--:|\n".to_string();
    for (truth, answer, rows) in pairs {
        let (truth, answer) = (
            name(report.labels, truth),
            name(report.labels, Some(answer)),
        );
        table.push_str(&format!(
            "| {} | {} | {rows} |\n",
            name_of(truth),
            name_of(answer)
        ));
    }
    details("Labels confused most often", &table)
}

fn tried(report: &Report<'_>) -> String {
    let all = report.tried.unwrap_or_default();
    if all.is_empty() {
        return String::new();
    }
    let mut table =
        "| tried | settings | mean | ± | seconds |\n|---|---|--:|--:|--:|\n".to_string();
    for Tried {
        name,
        settings,
        mean,
        standard_deviation,
        seconds,
        chosen,
    } in all.iter().take(TRIED)
    {
        let or_none = |value: &Option<f64>| value.map_or("-".into(), text);
        table.push_str(&format!(
            "| {}{} | {} | {} | {} | {seconds:.1} |\n",
            name_of(name),
            if *chosen { " **chosen**" } else { "" },
            code(&shortened(settings, ROW)),
            or_none(mean),
            or_none(standard_deviation)
        ));
    }
    details(&format!("Search: {} tried", all.len()), &table)
}

fn mistakes(report: &Report<'_>) -> String {
    if report.mistakes.is_empty() {
        return String::new();
    }
    let mut table = "| number | truth | answer | | row |\n|--:|---|---|---|---|\n".to_string();
    for mistake in report.mistakes.iter().take(MISTAKES) {
        let members = members(report.card, &mistake.row).into_iter();
        let row: Vec<String> = members
            .map(|(name, value)| match name.as_str() {
                "" => value,
                name => format!("{name}: {value}"),
            })
            .collect();
        table.push_str(&format!(
            "| {} | {} | {} | {} | {} |\n",
            mistake.number,
            name_of(&mistake.truth),
            name_of(&mistake.answer),
            size(&report.card.metrics, mistake),
            code(&shortened(&row.join(", "), ROW))
        ));
    }
    details("Worst mistakes", &table)
}
