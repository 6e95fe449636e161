//! One path of code from text to answer: what `hearth predict` writes and what the function answers
//! are the same bytes, whatever the text.

use support::Function;
use support::example::{answers, model, row, rows};
use support::http::{Connection, render};

/// Asks the function for each text over one connection, and holds each answer against that of
/// `hearth predict`.
#[track_caller]
fn same(texts: &[&str]) {
    let function = Function::over_http(model(), &[]);
    let mut connection = Connection::open(function.address()).expect("it listens");
    let headers = [("content-type", "application/json")];
    for (text, expected) in texts.iter().zip(answers(texts)) {
        let body = row(text);
        let request = render(
            function.address(),
            "POST",
            "/predict",
            &headers,
            body.as_bytes(),
        );
        let answer = connection.send(&request);
        let answer = answer.and_then(|()| connection.receive("POST"));
        let answer = answer.expect("the connection holds").expect("an answer");
        let shown: String = text.chars().take(80).collect();
        assert_eq!(answer.text(), expected, "{shown:?}");
    }
}

#[test]
fn two_hundred_texts_of_the_example_table_get_the_same_bytes() {
    let rows = rows();
    let texts: Vec<&str> = rows
        .iter()
        .step_by(10)
        .map(|(text, _)| text.as_str())
        .collect();
    assert_eq!(texts.len(), 200);
    same(&texts);
}

#[test]
fn odd_texts_get_the_same_bytes() {
    same(&[
        "",
        " ",
        "\r\n\t",
        "a",
        "!!! ??? ...",
        "WHERE IS MY PARCEL",
        "where\u{a0}is\u{2003}my\u{3000}parcel",
        "where_is_my_parcel 12345 1st 2nd",
        "\"quoted\", \\escaped\\ and {\"json\": [1, 2]}",
        "\u{0}\u{1}\u{1f}\u{7f}\u{85}\u{2028}\u{feff}\u{fffd}\u{10ffff}",
        "İstanbul ŞİRKET ß ẞ Σίσυφος ΟΔΟΣ",
        "Ünïcödé U\u{308}ni\u{308}code ﬁnd ½ Ⅷ ٣٤",
        "日本語の文章 한국어 текст עברית العربية ไทย",
        "🙂👨‍👩‍👧‍👦🇫🇷 parcel🙂late",
    ]);
}

#[test]
fn long_texts_get_the_same_bytes() {
    let rows = rows();
    let words: Vec<&str> = rows.iter().flat_map(|(text, _)| text.split(' ')).collect();
    let long = words
        .iter()
        .copied()
        .cycle()
        .take(10_000)
        .collect::<Vec<_>>()
        .join(" ");
    let one_word = "parcel".repeat(10_000);
    let no_word = ". ".repeat(100_000);
    same(&[&long, &one_word, &no_word, "where is my parcel"]);
}
