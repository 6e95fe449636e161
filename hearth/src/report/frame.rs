//! The frame of a page: its head, its policy, its sections.

use super::escape::{isolated, plain};
use base64::prelude::{BASE64_STANDARD, Engine};
use model::digest::Hasher;

/// The look of every page, which `GET /docs` shares.
const BASE: &str = include_str!("../../../function/src/docs/page/base.css");

/// The look of every report.
const STYLE: &str = include_str!("style.css");

/// The flame beside the name.
const FLAME: &str = "<svg viewBox=\"0 0 16 16\" width=\"20\" height=\"20\" aria-hidden=\"true\"><path \
    d=\"M8 1c1 3 5 4 5 8.500A5 5 0 0 1 3 9.500C3 7 4.500 6 5 4c1 .5 1.500 1.500 1.500 2.500C7.500 5 8 3 8 1z\"/></svg>";

/// Content of a page; all but `title` is HTML.
pub struct HtmlPage<'a> {
    /// Its title, as text.
    pub title: &'a str,
    /// Kind of the page.
    pub what: &'a str,
    /// Its heading.
    pub name: &'a str,
    /// The line under the heading.
    pub kind: &'a str,
    /// Styles besides those of all reports.
    pub style: &'a str,
    /// The one script.
    pub script: Option<&'a str>,
    /// Content above the sections.
    pub top: &'a str,
    /// The sections, to which links lead.
    pub sections: &'a [Section],
}

/// A section of a page.
pub struct Section {
    /// Its own on the page.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// True if it shares a wide screen's width with its neighbour.
    pub is_half: bool,
    /// Its content, as HTML.
    pub body: String,
}

/// A whole page that needs nothing but itself. Its policy allows its one script by its digest, and no
/// request to anywhere.
pub fn page(of: &HtmlPage<'_>) -> String {
    let (mut links, mut bodies) = (String::new(), String::new());
    for Section {
        id,
        title,
        is_half,
        body,
    } in of.sections
    {
        let half = if *is_half { " half" } else { "" };
        links.push_str(&format!("<a href=\"#{id}\">{title}</a> "));
        bodies.push_str(&format!(
            "<section id=\"{id}\" class=\"card{half}\" aria-labelledby=\"{id}-heading\"><h2 id=\"{id}-heading\">{title}</h2>{body}</section>\n"
        ));
    }
    let (policy, script) = of.script.map_or_else(Default::default, |script| {
        (
            format!("; script-src 'sha256-{}'", digest(script)),
            format!("<script>{script}</script>\n"),
        )
    });
    let title = plain(of.title);
    let HtmlPage {
        what,
        name,
        kind,
        style,
        top,
        ..
    } = of;
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'{policy}\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>\n{BASE}{STYLE}{style}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">To the sections</a>\n\
         <header><p class=\"brand\">{FLAME}<span>Hearth</span> <span>· {what}</span></p><h1>{name}</h1>\
         <p class=\"kind quiet\">{kind}</p>{top}<nav aria-label=\"Sections\">{links}</nav></header>\n\
         <main id=\"main\">\n{bodies}</main>\n{script}</body>\n</html>\n"
    )
}

/// The digest of a script, as a policy names it: <https://www.w3.org/TR/CSP3/#grammardef-hash-source>.
fn digest(script: &str) -> String {
    let mut hasher = Hasher::default();
    hasher.write(script.as_bytes());
    BASE64_STANDARD.encode(hasher.finish())
}

/// Notes as a list, doubts in the colour of a warning; empty if there are none.
pub fn notes(notes: &[String], are_doubts: bool) -> String {
    if notes.is_empty() {
        return String::new();
    }
    let items = notes
        .iter()
        .map(|note| format!("<li>{}</li>", isolated(note)));
    let class = if are_doubts { "notes doubts" } else { "notes" };
    format!("<ul class=\"{class}\">{}</ul>", items.collect::<String>())
}

/// A table that scrolls by itself where it is wider than the page; `head` and `rows` are HTML.
pub fn table(name: &str, class: &str, head: &[&str], rows: &str) -> String {
    let head: String = head
        .iter()
        .map(|title| format!("<th scope=\"col\">{title}</th>"))
        .collect();
    format!(
        "<div class=\"scroll\" role=\"region\" aria-label=\"{}\" tabindex=\"0\"><table class=\"{class}\">\
         <thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>",
        plain(name)
    )
}
