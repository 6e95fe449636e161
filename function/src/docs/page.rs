//! The page behind `GET /docs`: a form made from the model, its answers while one types, the model
//! card. One document without anything from elsewhere; it asks `model` and `predict` beside itself,
//! so that it works behind a gateway's stage, e.g. at `/prod/docs`.
//!
//! The document itself holds nothing of the model and is the same for all, so it may be given to
//! whoever asks, without a key: a browser sends none when it opens a page. What it then fetches is
//! guarded, and it asks its reader for the key. Labels, words and names of the model come as data
//! and stay text, by the script's own care and by the content security policy.

mod refusals;

use crate::routes::ROUTES;
use std::sync::LazyLock;

/// The page, with what its headers must say.
#[derive(Debug)]
pub struct Page {
    /// The document.
    pub body: Vec<u8>,
    /// The media type of the document.
    pub media_type: &'static str,
    /// The header `content-security-policy`: nothing but the one script and the one style, no
    /// request but to where the page came from, no frame around it, and no text made into elements.
    pub content_security_policy: &'static str,
}

/// Digests as <https://www.w3.org/TR/CSP3/#grammardef-hash-source> has them; a test holds them to
/// the files, and says the new one. Trusted types refuse `innerHTML` and the like:
/// <https://www.w3.org/TR/trusted-types/>.
const POLICY: &str = "default-src 'none'; \
    script-src 'sha256-A4V/lDfUuUWXQFIJDN6xdGXoonZe5ukykm14KEHr3ik='; \
    style-src 'sha256-ZprRKNxvCj9Nxe7E3Me1Wo/V7HAJF62BlvxqcWVLtxM='; \
    img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

const HTML: &str = include_str!("page/page.html");
const STYLE: &str = concat!(include_str!("page/base.css"), include_str!("page/page.css"),);
const SCRIPT: &str = concat!(
    include_str!("page/base.js"),
    include_str!("page/open.js"),
    include_str!("page/form.js"),
    include_str!("page/answer.js"),
    include_str!("page/snippets.js"),
    include_str!("page/card.js"),
    include_str!("page/start.js"),
);

/// The page. It is put together when it is first asked for.
pub fn page() -> &'static Page {
    static PAGE: LazyLock<Page> = LazyLock::new(|| Page {
        body: document().into_bytes(),
        media_type: "text/html; charset=utf-8",
        content_security_policy: POLICY,
    });
    &PAGE
}

fn document() -> String {
    let routes = ROUTES.iter().map(|route| {
        let (method, path, answer) = (route.method, route.path, route.answer);
        format!("<li><code>{method} {path}</code> {answer}</li>")
    });
    let fill = |html: String, tag: &str, inside: &str| {
        html.replacen(&format!("{tag}</"), &format!("{tag}{inside}</"), 1)
    };
    let html = fill(
        HTML.to_owned(),
        "<ul id=\"routes\">",
        &routes.collect::<String>(),
    );
    let html = fill(html, "<tbody id=\"codes\">", &refusals::rows());
    let html = fill(html, "<style>", &tight(STYLE));
    fill(html, "<script>", &tight(SCRIPT))
}

/// Without indents, empty lines and comments that fill a line: a browser has no use for them. The
/// files have no text that goes over several lines, in which these would count.
fn tight(source: &str) -> String {
    let lines = source.lines().map(str::trim_start).filter(|line| {
        let is_comment = line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
        !line.is_empty() && !is_comment
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::{POLICY, SCRIPT, STYLE, page, tight};
    use crate::routes::ROUTES;
    use model::digest::Hasher;

    fn text() -> &'static str {
        std::str::from_utf8(&page().body).unwrap()
    }

    /// Text between a tag and its end.
    fn inside<'a>(text: &'a str, tag: &str) -> &'a str {
        let name = tag.trim_matches(['<', '>']);
        let (_, rest) = text.split_once(tag).unwrap();
        rest.split_once(&format!("</{name}>")).unwrap().0
    }

    #[test]
    fn the_policy_names_the_one_script_and_the_one_style() {
        for (directive, tag) in [("script-src", "<script>"), ("style-src", "<style>")] {
            let mut hasher = Hasher::default();
            hasher.write(inside(text(), tag).as_bytes());
            let digest = base64(&hasher.finish_hex());
            let source = format!("{directive} 'sha256-{digest}';");
            assert!(POLICY.contains(&source), "it has to say {source}");
            assert_eq!(text().matches(tag).count(), 1, "one {tag}");
        }
    }

    #[test]
    fn nothing_comes_from_elsewhere_and_nothing_is_made_of_text() {
        let text = text();
        for banned in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "localStorage",
            "sessionStorage",
            "document.cookie",
            "@import",
            " url(",
            ":url(",
            " onclick=",
            " style=",
            "javascript:",
            "https://",
        ] {
            assert!(!text.contains(banned), "{banned}");
        }
        // The name space of SVG in the icon is no address that anybody asks.
        assert_eq!(text.matches("http://").count(), 1);
    }

    #[test]
    fn every_route_is_named() {
        for route in ROUTES {
            let named = format!("<code>{} {}</code>", route.method, route.path);
            assert!(text().contains(&named), "{named}");
            let is_plain = |text: &str| !text.contains(['<', '>', '&']);
            assert!(is_plain(route.path) && is_plain(route.answer));
        }
    }

    #[test]
    fn it_is_small_and_only_blanks_and_comments_were_cut() {
        assert!(page().body.len() < 60_000, "{} bytes", page().body.len());
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        for source in [STYLE, SCRIPT] {
            let code = source.lines().filter(|line| {
                let line = line.trim();
                !line.starts_with("//") && !line.starts_with("/*")
            });
            let code: Vec<&str> = code.collect();
            assert_eq!(squeezed(&tight(source)), squeezed(&code.join("\n")));
        }
        assert_eq!(
            tight("  a // b\n\n  // c\n/** d */\n\t/* e */ f\n"),
            "a // b\n/* e */ f\n"
        );
        // A text over several lines would lose its indents.
        for line in SCRIPT.lines() {
            assert_eq!(line.matches('`').count() % 2, 0, "{line}");
        }
    }

    /// Base64, by RFC 4648, section 4, of bytes in hexadecimal.
    fn base64(digits: &str) -> String {
        const DIGITS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for chunk in digits.as_bytes().chunks(6) {
            let chunk = std::str::from_utf8(chunk).unwrap();
            let bits = usize::from_str_radix(&format!("{chunk:0<6}"), 16).unwrap();
            for place in 0..4 {
                let digit = DIGITS[(bits >> (18 - 6 * place)) & 63];
                text.push(if place <= chunk.len() / 2 {
                    digit as char
                } else {
                    '='
                });
            }
        }
        text
    }
}
