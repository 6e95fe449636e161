use super::*;
use crate::columns::Use;
use model::row::Value;

/// Verdict on a column of these values, which begin in line 2.
fn verdict_by(name: &str, values: impl IntoIterator<Item = String>, rules: &TableRules) -> Verdict {
    let mut profile = Profile::default();
    for (line, value) in (2..).zip(values) {
        let value = Some(Value::Text(value.into()));
        profile.add(line, value, |word| rules.missing.has(word));
    }
    Judge::new(name, &profile, rules).infer()
}

/// Rules of a table that says nothing.
fn rules(missing: &MissingWords) -> TableRules<'_> {
    TableRules {
        day_first: None,
        decimal_comma: None,
        has_semicolons: false,
        missing,
        is_lone: false,
    }
}

fn verdict(name: &str, values: impl IntoIterator<Item = String>) -> Verdict {
    let missing = MissingWords::new(&[], &[]);
    let rules = rules(&missing);
    verdict_by(name, values, &rules)
}

fn input(name: &str, value: impl Fn(usize) -> String) -> Option<Input> {
    match verdict(name, (0..100).map(value)).what {
        Use::Input(input) => Some(input),
        _ => None,
    }
}

fn kind(name: &str, value: impl Fn(usize) -> String) -> Option<(ColumnKind, bool)> {
    input(name, value).map(|input| (input.kind, input.notation.day_first))
}

fn left_out(name: &str, value: impl Fn(usize) -> String) -> Option<String> {
    match verdict(name, (0..100).map(value)).what {
        Use::LeftOut(why) => Some(why),
        _ => None,
    }
}

#[test]
fn types_are_inferred_from_values() {
    use ColumnKind::*;
    let words = ["red", "green", "blue"];
    assert_eq!(kind("x", |i| format!("{}.5", i % 9)), Some((Number, false)));
    assert_eq!(kind("age", |i| (i % 60).to_string()), Some((Number, false)));
    assert_eq!(
        kind("color", |i| words[i % 3].into()),
        Some((Category, false))
    );
    assert_eq!(
        kind("ok", |i| ["yes", "no"][i % 2].into()),
        Some((Boolean, false))
    );
    assert_eq!(
        kind("text", |i| format!("where is my parcel {i}")),
        Some((Text, false))
    );
    assert_eq!(
        kind("at", |i| format!("2026-01-{:02}", i % 28 + 1)),
        Some((Timestamp, false))
    );
    assert_eq!(
        kind("at", |i| format!("{}/1/2026 8:00", i % 28 + 1)),
        Some((Timestamp, true))
    );
    assert_eq!(
        kind("station_id", |i| (1000 + i % 7).to_string()),
        Some((Category, false))
    );
}

#[test]
fn a_mistake_among_numbers_does_not_make_them_a_category() {
    use ColumnKind::*;
    let with = |other: &'static str, fraction: &'static str| {
        move |i: usize| match i {
            7 => other.to_string(),
            _ => format!("{}{fraction}", i * 3 % 40),
        }
    };
    for other in ["n.a.", "inf", "1e999", "years", "Total"] {
        for fraction in ["", ".5"] {
            let found = kind("x", with(other, fraction));
            assert_eq!(found, Some((Number, false)), "{other}");
        }
    }
    for missing in ["N/A", "None", "-", "?", "#N/A", "<NA>", ".", "null", "NaN"] {
        let verdict = verdict("age", (0..100).map(with(missing, "")));
        assert!(
            matches!(verdict.what, Use::Input(Input { kind: Number, .. })),
            "{missing}"
        );
        let note = verdict.notes[0].to_string();
        let expected = format!("age: 1 value is read as missing: {missing:?} 1 (line 9)");
        assert_eq!(note, expected);
    }
    // House numbers may have letters.
    assert_eq!(kind("house", with("12a", "")), Some((Category, false)));
}

#[test]
fn what_names_rows_is_left_out() {
    let why = |name, value: fn(usize) -> String| left_out(name, value).unwrap();
    assert_eq!(why("id", |i| format!("m{i:04}")), "it names each row");
    assert_eq!(why("empty", |_| "NA".into()), "it is empty");
    assert_eq!(
        why("serial", |i| format!("{:05}", i * 7 % 100)),
        "it names each row"
    );
    assert_eq!(
        why("account", |i| (9_007_199_254_740_993_u64
            + i as u64 * 7 % 100)
            .to_string()),
        "it names each row"
    );
}

#[test]
fn codes_are_no_quantities() {
    use ColumnKind::*;
    let padded = |i: usize| ["00501", "0501", "501"][i % 3].to_string();
    assert_eq!(kind("branch", padded), Some((Category, false)));
    // One of a hundred is a slip of the keyboard, unless all have as many digits.
    let slip = |i: usize| {
        if i == 3 {
            "07".into()
        } else {
            (i % 60).to_string()
        }
    };
    assert_eq!(kind("age", slip), Some((Number, false)));
    let zip = |i: usize| {
        if i == 3 {
            "00501".into()
        } else {
            (10_000 + i % 30).to_string()
        }
    };
    assert_eq!(kind("place", zip), Some((Category, false)));
    let long = |i: usize| (9_007_199_254_740_993_u64 + i as u64 % 3).to_string();
    assert_eq!(kind("account", long), Some((Category, false)));
    let gaps = |i: usize| {
        if i.is_multiple_of(9) {
            String::new()
        } else {
            format!("{}.0", 101 + i % 7)
        }
    };
    let found = input("depot_id", gaps).unwrap();
    assert!(found.kind == Category && found.notation.whole_codes);
    assert_eq!(kind("rooms", gaps), Some((Number, false)));
    // JSON Lines have 101 where a CSV of the same rows has 101.0: one table's model reads the other.
    let whole = input("depot_id", |i| (101 + i % 7).to_string()).unwrap();
    assert!(whole.kind == Category && whole.notation.whole_codes);
}

#[test]
fn yes_and_no_need_both_sides() {
    use ColumnKind::*;
    let of = |words: &'static [&'static str]| {
        kind("x", move |i| words[i % words.len()].into()).map(|(kind, _)| kind)
    };
    for words in [
        &["yes", "no"][..],
        &["T", "F"],
        &["y", "N"],
        &["true", "false", "f"],
        &["yes", "no", "n"],
        &["Yes", "0"],
    ] {
        assert_eq!(of(words), Some(Boolean), "{words:?}");
    }
    for words in [
        &["f", "n"][..],
        &["t", "y"],
        &["t", "n"],
        &["t", "f", "n"],
        &["yes"],
        &["A+", "O-"],
        &["A", "B", "C"],
    ] {
        assert_eq!(of(words), Some(Category), "{words:?}");
    }
}

#[test]
fn numbers_of_another_notation_are_read_and_told() {
    let rows = |i: usize| i * 7 % 90 + 10;
    for (value, example, number) in [
        (
            Box::new(|i| format!("{},5", rows(i))) as Box<dyn Fn(usize) -> String>,
            "10,5",
            10.5,
        ),
        (
            Box::new(|i| format!("{},{:03}.5", rows(i), i)),
            "10,000.5",
            10_000.5,
        ),
        (Box::new(|i| format!("${}.00", rows(i))), "$10.00", 10.0),
        (Box::new(|i| format!("{}%", rows(i))), "10%", 10.0),
        (Box::new(|i| format!("{}.5 kg", rows(i))), "10.5 kg", 10.5),
    ] {
        let verdict = verdict("x", (0..100).map(value));
        let Use::Input(input) = verdict.what else {
            panic!("{example}: {:?}", verdict.what);
        };
        assert_eq!(input.kind, ColumnKind::Number, "{example}");
        assert_eq!(input.notation.number.parse(example), Some(number));
        let expected = format!("x: {example} is read as {number} (line 2)");
        assert_eq!(verdict.notes[0].to_string(), expected);
        assert!(!verdict.notes[0].kind.is_doubt());
    }
    let lone = verdict("x", (0..100).map(|i| format!("{},{:03}", i % 90 + 10, i)));
    assert_eq!(lone.notes[0].kind, NoteKind::Ambiguous);
    assert!(
        lone.notes[0].text.contains("--decimal comma"),
        "{}",
        lone.notes[0]
    );
}

#[test]
fn times_of_all_forms_are_told_by_their_values() {
    for (name, first, value) in [
        (
            "at",
            "2026-01-01 00:13:00 UTC",
            (|i| format!("2026-01-{:02} 00:13:00 UTC", i % 28 + 1)) as fn(usize) -> String,
        ),
        ("at", "1/13/2026 12:13 AM", |i| {
            format!("1/{}/2026 12:13 AM", (i + 12) % 28 + 1)
        }),
        ("at", "13.01.26", |i| format!("{}.01.26", (i + 12) % 28 + 1)),
        ("at", "01-JAN-26", |i| format!("{:02}-JAN-26", i % 28 + 1)),
        ("x", "20260101", |i| format!("202601{:02}", i % 28 + 1)),
        ("created_at", "1767225600", |i| {
            (1_767_225_600 + i * 5000).to_string()
        }),
        ("x", "1767225600000", |i| {
            (1_767_225_600_000 + i * i * 5_000_000).to_string()
        }),
    ] {
        let verdict = verdict(name, (0..100).map(value));
        let Use::Input(input) = &verdict.what else {
            panic!("{first}: {:?}", verdict.what);
        };
        assert_eq!(input.kind, ColumnKind::Timestamp, "{first}");
        let day_first = input.notation.day_first;
        let read = Timestamp::parse_as(first, input.notation.time, day_first);
        assert_eq!(read.unwrap().year, 2026, "{first}");
        // ISO 8601 needs no word.
        let is_told = !first.ends_with("UTC");
        let kinds: Vec<NoteKind> = verdict.notes.iter().map(|note| note.kind).collect();
        assert_eq!(
            kinds,
            vec![NoteKind::Format; usize::from(is_told)],
            "{first}"
        );
    }
    let unread = verdict("at", (0..100).map(|i| format!("{} Mai 2026", i % 28 + 1)));
    assert_eq!(unread.notes[0].kind, NoteKind::Unread, "{:?}", unread.notes);
    // Numbers of ten digits are no times by themselves.
    assert_eq!(
        kind("phone", |i| (1_500_000_000 + i).to_string()),
        Some((ColumnKind::Number, false))
    );
    assert_eq!(
        kind("units", |i| (1_000_000_000 + i % 9).to_string()),
        Some((ColumnKind::Number, false))
    );
}

#[test]
fn the_target_tells_the_task() {
    let task = |values: &[&str]| {
        let missing = MissingWords::new(&[], &[]);
        let rules = rules(&missing);
        let mut profile = Profile::default();
        for (line, value) in (2..).zip(values) {
            profile.add(line, Some(Value::Text((*value).into())), |word| {
                missing.has(word)
            });
        }
        let judge = Judge::new("y", &profile, &rules);
        (judge.task(), judge.target_notation().whole_codes)
    };
    assert_eq!(task(&["0.0", "1.0", "1.0"]), (Task::Classification, true));
    assert_eq!(task(&["-1", "1", "1"]), (Task::Classification, true));
    assert_eq!(task(&["ham", "spam"]), (Task::Classification, false));
    assert_eq!(task(&["0.5", "1.0"]).0, Task::Regression);
    // 15 numbers of two spellings are 15 numbers.
    let spelled = (0..30).map(|i| format!("{}{}", i / 2, [".0", ""][i % 2]));
    let spelled: Vec<String> = spelled.collect();
    let spelled: Vec<&str> = spelled.iter().map(String::as_str).collect();
    assert_eq!(task(&spelled).0, Task::Classification);
    assert_eq!(task(&["7,5", "1,0"]).0, Task::Regression);
    let mut many: Vec<String> = (0..1000).map(|i| (i % 80).to_string()).collect();
    let texts = |values: &[String]| task(&values.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(texts(&many).0, Task::Regression);
    many[500] = "N/A".into();
    assert_eq!(texts(&many).0, Task::Regression);
    many[501] = "points".into();
    assert_eq!(texts(&many).0, Task::Regression);
    let branches: Vec<String> = (0..1000).map(|i| format!("{:05}", i % 25)).collect();
    assert_eq!(texts(&branches).0, Task::Classification);
}
