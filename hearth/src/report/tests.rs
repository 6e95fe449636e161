use super::*;
use crate::resampled;
use base64::prelude::{BASE64_STANDARD, Engine};
use model::card::{ColumnCard, Data, DataFile, Metrics, Provenance};
use model::digest::Hasher;
use proptest::prelude::*;
use serde_json::json;
use std::ops::Range;
use training::dependence::{Dependence, DependencePoint};
use training::evaluation::{Classes, Values, classification, regression};
use training::notes::NoteKind;
use training::slices::Part;

fn column(name: &str) -> ColumnCard {
    ColumnCard {
        name: name.into(),
        kind: name.into(),
        settings: None,
        number: None,
        category: None,
        optional: false,
        features: 1,
        baseline: Default::default(),
    }
}

fn card(task: &str, metrics: Metrics) -> Card {
    Card {
        name: "support <b>".into(),
        task: task.into(),
        estimator: "logistic_regression".into(),
        target: "label".into(),
        columns: ["text", "number"].map(column).into(),
        params: json!({"text": {"min_df": 1}, "seed": 0}),
        data: Data {
            train: Some(DataFile {
                name: "messages.csv".into(),
                sha256: "ab".repeat(32),
                rows: 10,
            }),
            sample: None,
            test: None,
        },
        metrics,
        provenance: Provenance {
            hearth: "0.1.0".into(),
            smartcore: "0.7.0".into(),
            git_revision: "0123abc".into(),
            imported: None,
        },
        notes: Vec::new(),
    }
}

/// Every row of `labels` is answered by its neighbour but each tenth.
fn classes(labels: usize, rows: usize) -> Classes {
    let truth = |row: usize| (row % labels) as u32;
    let answer = |row: usize| ((row + usize::from(row.is_multiple_of(10))) % labels) as u32;
    let share = 0.4 / (labels - 1) as f64;
    let row_of = |row: usize| {
        let mut row_of = vec![share; labels];
        row_of[answer(row) as usize] = 0.6;
        row_of
    };
    Classes {
        truth: (0..rows).map(|row| Some(truth(row))).collect(),
        answer: (0..rows).map(answer).collect(),
        probabilities: (0..rows).flat_map(row_of).collect(),
        uncalibrated: Some((0..rows).flat_map(row_of).collect()),
    }
}

fn part(name: &str, rows: Range<usize>) -> Part {
    Part {
        name: name.into(),
        rows: rows.collect(),
    }
}

fn dependence(column: &str, name: &str, at: Option<f64>) -> Dependence {
    let point = |mean: f64| DependencePoint {
        name: name.into(),
        at: at.map(|at| at + mean),
        means: vec![mean],
    };
    Dependence {
        column: column.into(),
        points: vec![point(0.25), point(0.75)],
    }
}

/// Both reports of a classifier with these labels, compared with itself.
fn reports(labels: &[String]) -> (String, String) {
    let classes = classes(labels.len(), 10 * labels.len());
    let metrics = Metrics::Classification(classification(labels, Some(0), &[0, 0, 1], &classes));
    let card = card("classification", metrics.clone());
    let terms = vec![(
        labels[0].clone(),
        vec![(labels[1].clone(), 1.5), (" x".to_string(), -0.5)],
    )];
    let mistakes: Vec<Mistake> = labels
        .iter()
        .map(|label| Mistake {
            number: 7,
            row: json!({"text": label.repeat(100)}).to_string(),
            truth: label.clone(),
            answer: label.clone(),
            size: 0.75,
        })
        .collect();
    let predictions = Predictions::Classes(classes);
    let against = Against {
        name: "support".into(),
        version: "v1.0.0".into(),
        metrics,
        predictions: predictions.clone(),
    };
    let report = Report {
        card: &card,
        predictions: &predictions,
        labels,
        importances: &[(labels[0].clone(), 0.5)],
        top_terms: &terms,
        mistakes: &mistakes,
        tried: Some(&[Tried {
            name: "ridge".into(),
            settings: "alpha 1".into(),
            mean: Some(0.5),
            standard_deviation: None,
            seconds: 1.0,
            chosen: true,
        }]),
        against: Some(&against),
        changes: &resampled::changes(
            (&against.predictions, &against.metrics),
            (&predictions, &card.metrics),
        ),
        notes: &[Note::new(NoteKind::Fit, "did not converge")],
        slices: &[Slices {
            column: labels[0].clone(),
            parts: vec![part(&labels[0], 0..6), part(&labels[1], 6..20)],
        }],
        dependences: &Dependences {
            labels: labels[..1].to_vec(),
            columns: vec![
                dependence(&labels[0], &labels[1], None),
                dependence(&labels[1], "1", Some(1.0)),
            ],
        },
        has_rows: true,
    };
    (html(&report), markdown(&report))
}

#[test]
fn nothing_in_a_label_becomes_markup() {
    let hostile = [
        "<script>alert(1)</script>",
        "a|b\n\"'`@team`\u{202e}",
        "</style><svg onload=x>",
    ];
    let (html, markdown) = reports(&hostile.map(String::from));
    assert!(!html.contains("<script>alert") && !html.contains("</style><svg"));
    assert!(html.matches("<script").count() <= 1);
    assert!(!html.contains('\u{202e}') && !markdown.contains('\u{202e}'));
    assert_eq!(html.matches("</style>").count(), 1);
    // A table's row is one line with as many bars as its head has, escaped ones aside.
    let line = markdown
        .lines()
        .find(|line| line.starts_with("| ``a\\|b"))
        .unwrap();
    assert_eq!(line.replace("\\|", "").matches('|').count(), 9, "{line}");
}

/// Text between a tag and its end.
fn inside<'a>(html: &'a str, tag: &str, end: &str) -> &'a str {
    let (_, rest) = html.split_once(tag).unwrap();
    rest.split_once(end).unwrap().0
}

#[test]
fn a_page_needs_nothing_from_elsewhere() {
    let (html, _) = reports(&["ham", "spam"].map(String::from));
    // The policy allows the one script by its digest.
    let mut hasher = Hasher::default();
    hasher.write(inside(&html, "<script>", "</script>").as_bytes());
    let digest = BASE64_STANDARD.encode(hasher.finish());
    assert!(html.contains(&format!("script-src 'sha256-{digest}'\">")));
    assert_eq!(html.matches("<script").count(), 1);
    for part in [
        "id=\"roc-here\"",
        "id=\"pr-here\"",
        "Beats the baseline",
        "<td class=\"words\"><bdi>ham",
    ] {
        assert!(html.contains(part), "{part}");
    }
    for outside in ["http:", "https:", "src=", "@import", "url("] {
        assert!(!html.contains(outside), "{outside}");
    }
    for title in [
        "Figures",
        "Labels",
        "Threshold",
        "Confusion",
        "Curves",
        "Slices",
        "Partial dependence",
        "Search",
        "Importances",
        "Terms",
        "Worst mistakes",
        "Data and origin",
    ] {
        assert!(html.contains(&format!(">{title}</h2>")), "{title}");
    }
    assert!(html.contains("as good as <strong><bdi>support</bdi></strong>"));
}

/// Elements that are not closed as often as they are opened.
fn unclosed(html: &str) -> Vec<&'static str> {
    let names = [
        "html", "head", "body", "header", "main", "nav", "section", "h1", "h2", "h3", "table",
        "thead", "tbody", "tr", "td", "th", "bdi", "svg", "title", "desc", "figure", "dl", "dd",
        "ul", "ol", "li", "p", "div", "span", "small", "strong", "em", "a", "style", "details",
        "summary", "script", "output", "label", "i", "b", "u", "code",
    ];
    let opened = |name: &str| {
        html.matches(&format!("<{name}>")).count() + html.matches(&format!("<{name} ")).count()
    };
    let is_unclosed = |name: &&str| opened(name) != html.matches(&format!("</{name}>")).count();
    names.into_iter().filter(is_unclosed).collect()
}

#[test]
fn every_element_that_is_opened_is_closed() {
    for labels in [2, 3, 40] {
        let labels: Vec<String> = (0..labels).map(|code| format!("label {code}")).collect();
        assert_eq!(unclosed(&reports(&labels).0), Vec::<&str>::new());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn labels_of_any_kind_keep_both_reports_whole(
        a in "\\PC{0,12}|[<>&\"'`|\\\\_*@\n\r\t /a-c]{0,12}",
        b in any::<String>(),
    ) {
        let (html, markdown) = reports(&[a, b, "c".to_string()]);
        prop_assert_eq!(unclosed(&html), Vec::<&str>::new());
        // Nothing ends a line of a table but the table itself.
        for line in markdown.lines().filter(|line| line.starts_with('|')) {
            prop_assert!(line.ends_with('|'), "{}", line);
        }
    }
}

#[test]
fn a_comment_is_never_too_long() {
    let labels: Vec<String> = (0..500)
        .map(|code| format!("{code}{}", "𝔏|".repeat(60)))
        .collect();
    let (_, markdown) = reports(&labels);
    assert!(markdown.len() <= 60_000, "{}", markdown.len());
    assert!(markdown.contains("500 labels") || markdown.contains("left out"));
}

#[test]
fn numbers_have_a_report_too() {
    let values = Values {
        truth: (0..50).map(f64::from).collect(),
        answer: (0..50).map(|row| f64::from(row) + 0.5).collect(),
    };
    let metrics = Metrics::Regression(regression(&[10.0, 20.0], &values, 0));
    let card = card("regression", metrics);
    let predictions = Predictions::Values(values);
    let report = Report::of_figures(&card, &predictions, &[]);
    let html = html(&report);
    assert!(html.contains("off by 0.5000 on average on 50 held-out rows"));
    assert!(html.contains("<h3>Residuals</h3>") && !html.contains("Confusion"));
    assert!(markdown(&report).contains("| R² | 0.9988"));
}
