//! Text from data, made harmless: labels and terms may hold anything.

/// Control characters made visible, and those that change the order of the text around them or
/// hide in it, so that a label cannot disguise itself.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => shown.push('↵'),
            '\t' => shown.push('⇥'),
            // The block of control pictures has U+0000 to U+001F and U+007F in order.
            '\0'..='\u{1f}' => shown.extend(char::from_u32(0x2400 + letter as u32)),
            '\u{7f}' => shown.push('\u{2421}'),
            '\u{80}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' => shown.push_str(&format!("⟨U+{:04X}⟩", letter as u32)),
            _ => shown.push(letter),
        }
    }
    shown
}

/// At most so many characters, the last being `…` where some are left out.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_string(),
        Some(_) => text
            .chars()
            .take(most.saturating_sub(1))
            .chain(['…'])
            .collect(),
    }
}

/// For HTML, between tags and in quoted attributes.
pub fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in visible(text).chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// For HTML between tags, kept from turning the direction of what stands around it. A long name
/// may break where its words end.
pub fn isolated(text: &str) -> String {
    if text.is_empty() {
        return "<em>(empty)</em>".into();
    }
    let text = plain(text).replace('_', "_<wbr>").replace('/', "/<wbr>");
    format!("<bdi>{text}</bdi>")
}

/// For Markdown, in tables too: a code span, since in it neither HTML nor emphasis nor a mention of
/// a person (`@name`) means anything.
pub fn code(text: &str) -> String {
    let text = visible(text);
    if text.trim().is_empty() {
        return "(empty)".into();
    }
    let longest = text.split(|letter| letter != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default() + 1);
    // A space keeps a backtick at either end from joining the fence; Markdown takes it off again.
    let space = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    format!("{fence}{space}{}{space}{fence}", text.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_data_is_markup() {
        assert_eq!(
            plain("<b a=\"x\">'&"),
            "&lt;b a=&quot;x&quot;&gt;&#39;&amp;"
        );
        assert_eq!(isolated("שלום"), "<bdi>שלום</bdi>");
        assert_eq!(isolated("a_</b>"), "<bdi>a_<wbr>&lt;/<wbr>b&gt;</bdi>");
    }

    #[test]
    fn what_cannot_be_seen_is_shown() {
        assert_eq!(visible("a\0\n\u{7f}b"), "a␀↵␡b");
        assert_eq!(visible("txt\u{202e}exe"), "txt⟨U+202E⟩exe");
        // A joined emoji stays one.
        assert_eq!(visible("👩\u{200d}🚀"), "👩\u{200d}🚀");
    }

    #[test]
    fn a_code_span_holds_backticks_pipes_and_mentions() {
        assert_eq!(code("@team|a\nb"), "`@team\\|a↵b`");
        assert_eq!(code("`a``b"), "``` `a``b ```");
        assert_eq!(code(" "), "(empty)");
    }

    #[test]
    fn shortened_counts_characters() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüß", 3), "äö…");
    }
}
