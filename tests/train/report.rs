//! The reports of `hearth train`: a page that is whole by itself, and Markdown that fits a comment.

use std::fs;

use support::tables::{numbers, texts, tickets, write};
use support::{hearth, names};
use tempfile::TempDir;

/// A comment of a pull request has room for 65,536 characters.
const COMMENT: usize = 60_000;

/// Trains with both reports, and returns them: the page and the Markdown.
fn reports(folder: &TempDir, table: &str, target: &str, estimator: &str) -> (String, String) {
    let arguments = ["train", "--quiet", "--data", table, "--target", target];
    let more = ["--estimator", estimator, "--report", "report.html"];
    let markdown = ["--report-markdown", "report.md", "--folds", "2"];
    hearth(folder, &[&arguments[..], &more, &markdown].concat()).success();
    let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
    (read("report.html"), read("report.md"))
}

/// Checks that a page asks for nothing, and that what is opened is closed.
#[track_caller]
fn whole(page: &str) {
    assert!(page.starts_with("<!doctype html>"));
    assert!(page.trim_end().ends_with("</html>"));
    assert!(page.contains("default-src 'none'"), "no policy");
    // The slider's script, which the policy names by its digest.
    let scripts = page.matches("<script").count();
    assert!(scripts <= 1 && scripts == page.matches("script-src 'sha256-").count());
    for asking in [
        "<script ",
        "<link",
        "<img",
        "<iframe",
        "<object",
        "src=",
        "url(",
        "@import",
        "http://",
        "https://",
        "onload",
        "onerror",
        "javascript:",
    ] {
        let found = page.to_lowercase().find(asking);
        let around = found.map(|at| {
            page.chars()
                .skip(at.saturating_sub(60))
                .take(160)
                .collect::<String>()
        });
        assert_eq!(around, None, "{asking}");
    }
    for name in [
        "html", "head", "body", "main", "section", "table", "svg", "style", "details",
    ] {
        let opened =
            page.matches(&format!("<{name}>")).count() + page.matches(&format!("<{name} ")).count();
        assert_eq!(
            opened,
            page.matches(&format!("</{name}>")).count(),
            "<{name}>"
        );
    }
}

#[test]
fn a_report_is_one_file_that_asks_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "tickets.csv", &tickets(300));
    write(&folder, "numbers.csv", &numbers(200));
    let (page, markdown) = reports(&folder, "tickets.csv", "queue", "auto");
    whole(&page);
    for told in [
        "delivery",
        "Agrees with cross-validation",
        "Use answers from a confidence of",
        "Partial dependence",
        "amount",
        "Slices",
        "Confusion",
        "Curves",
        "Search",
        "Importances",
        "tickets.csv",
    ] {
        assert!(page.contains(told), "{told}");
    }
    assert!(page.contains("<svg"));
    assert!(
        markdown.contains("accuracy") && markdown.contains("| "),
        "{markdown}"
    );
    assert!(markdown.len() < COMMENT);

    let (page, markdown) = reports(&folder, "numbers.csv", "y", "ridge");
    whole(&page);
    assert!(page.contains("R²") && page.contains("<svg"), "{page}");
    assert!(markdown.contains("R²"), "{markdown}");
    let expected = [
        "model.hearth",
        "numbers.csv",
        "report.html",
        "report.md",
        "tickets.csv",
    ];
    assert_eq!(names(folder.path()), expected);
}

/// Markdown without its code spans, in which every character stands for itself (CommonMark 0.31.2,
/// 6.1): as many backticks end one as began it.
fn outside_code(markdown: &str) -> String {
    let (mut outside, mut rest) = (String::new(), markdown);
    while let Some(at) = rest.find('`') {
        outside += &rest[..at];
        let count = rest[at..].bytes().take_while(|byte| *byte == b'`').count();
        rest = &rest[at + count..];
        let ticks = "`".repeat(count);
        let mut from = 0;
        let end = loop {
            let at = from + rest[from..].find(&ticks).expect("a code span ends");
            let run = rest[at..].bytes().take_while(|byte| *byte == b'`').count();
            if run == count {
                break at;
            }
            from = at + run;
        };
        rest = &rest[end + count..];
    }
    outside + rest
}

#[test]
fn labels_and_texts_that_are_hostile_are_shown_and_do_nothing() {
    let hostile = [
        "<script>alert(1)</script>",
        "</section></main><img src=x onerror=alert(1)>",
        "|](https://example.org) `**# &amp; $x$",
    ];
    let mut table = String::from("text,label\n");
    for row in 0..90 {
        let label = hostile[row % 3];
        let word = ["<b>bold</b>", "&lt;word&gt;", "a|b`c"][(row + row / 8) % 3];
        table += &format!("{word} with some more words {},\"{label}\"\n", row % 5);
    }
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "<i>table.csv", &table);
    let (page, markdown) = reports(&folder, "<i>table.csv", "label", "logistic_regression");
    // Escaped, the words of an attack are words.
    let words = ["onerror", "https://", "src="];
    let page = words
        .iter()
        .fold(page, |page, word| page.replace(word, "…"));
    whole(&page);
    assert!(page.contains("&lt;script&gt;"), "the label is shown");
    assert!(!page.contains("<b>bold") && !page.contains("<i>table"));
    let markdown = outside_code(&markdown);
    for active in ["<script>", "<img", "](https", "</section>", "<b>", "<i>"] {
        assert!(!markdown.contains(active), "{active}:\n{markdown}");
    }
    // In a cell of a table a bar would begin another one.
    let cells: Vec<usize> = markdown
        .lines()
        .filter(|line| line.contains("example") && line.starts_with('|'))
        .map(|line| line.replace("\\|", "").matches('|').count())
        .collect();
    assert!(
        cells.windows(2).all(|pair| pair[0] == pair[1]),
        "{markdown}"
    );
}

#[test]
fn of_many_labels_the_markdown_still_fits_a_comment() {
    let folder = tempfile::tempdir().unwrap();
    let long = texts(1200, 60).replace("label", &"a-long-name-of-a-label-".repeat(8));
    let long = long.replacen(&"a-long-name-of-a-label-".repeat(8), "label", 1);
    write(&folder, "many.csv", &long);
    let (page, markdown) = reports(&folder, "many.csv", "label", "complement_nb");
    whole(&page);
    assert!(markdown.len() < COMMENT, "{} bytes", markdown.len());
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
}
