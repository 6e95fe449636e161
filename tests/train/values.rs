//! Numbers and times as people write them: inferred by all values of a column, told, and read in the
//! same way in training, in files and in requests.

use serde_json::json;
use support::hearth_with;
use support::tables::{refused, write};
use support::trained::{Trained, table_of};

const BOOSTING: [&str; 2] = ["--estimator", "gradient_boosting"];

/// A decimal number with a comma.
fn comma(number: f64, digits: usize) -> String {
    format!("{number:.digits$}").replace('.', ",")
}

#[test]
fn decimal_commas_are_numbers_in_training_and_in_requests() {
    let rows = table_of("gewicht;laenge;klasse", 300, |_, draw| {
        let (weight, length) = (1.0 + 30.0 * draw.share(), 5.0 * draw.share());
        let class = if weight > 15.0 { "schwer" } else { "leicht" };
        format!("{};{};{class}", comma(weight, 1), comma(length, 2))
    });
    let trained = Trained::on("a.csv", &rows, "klasse", &BOOSTING);
    assert_eq!(trained.kind("gewicht"), Some("number"));
    assert_eq!(trained.kind("laenge"), Some("number"));
    assert!(trained.accuracy() > 0.9, "{}", trained.accuracy());
    assert!(trained.said.contains(" is read as "), "{}", trained.said);
    let of_table = trained.ask("gewicht;laenge\n7,5;1,25\n21,5;1,25\n");
    let of_json = concat!(
        "{\"gewicht\": 7.5, \"laenge\": \"1,25\"}\n",
        "{\"gewicht\": \"21,5\", \"laenge\": 1.25}\n",
    );
    assert_eq!(of_table, trained.ask(of_json));
    assert_eq!(
        [&of_table[0]["label"], &of_table[1]["label"]],
        ["leicht", "schwer"]
    );
    // What the column's notation does not read is refused, and not guessed.
    let wrong = b"{\"gewicht\": \"7.5\", \"laenge\": 1}";
    let asked = hearth_with(&trained.folder, &["predict", "model.hearth"], &[], wrong);
    assert!(asked.stderr.contains("decimal comma"), "{}", asked.stderr);

    let target = table_of("x;y", 300, |row, _| {
        format!("{row};{}", comma(row as f64 / 8.0, 3))
    });
    let trained = Trained::on(
        "a.csv",
        &target,
        "y",
        &["--estimator", "ridge", "--kind", "x=number"],
    );
    assert_eq!(trained.card["task"], "regression");
}

#[test]
fn thousands_currencies_and_percents_are_numbers() {
    let rows = table_of("income,cash,share,class", 300, |_, draw| {
        let income = 1000 + draw.below(90_000);
        let class = if income > 40_000 { "rich" } else { "poor" };
        let grouped = format!("\"{},{:03}\"", income / 1000, income % 1000);
        format!(
            "{grouped},${}.{:02},{}%,{class}",
            income / 100,
            income % 100,
            draw.below(100)
        )
    });
    let trained = Trained::on("a.csv", &rows, "class", &BOOSTING);
    for name in ["income", "cash", "share"] {
        assert_eq!(trained.kind(name), Some("number"), "{name}");
    }
    assert!(trained.accuracy() > 0.9, "{}", trained.accuracy());
    let of_table = trained.ask("income,cash,share\n\"70,500\",$705.00,50%\n");
    let plain = trained.ask("{\"income\": 70500, \"cash\": 705, \"share\": 50}");
    assert_eq!(of_table, plain);
    assert_eq!(plain[0]["label"], "rich");
    assert!(plain[0].get("warnings").is_none(), "{}", plain[0]);
    // Points tell that the comma parts thousands; without them, nothing does.
    let lone = table_of("income,class", 100, |row, _| {
        format!(
            "\"{},{:03}\",{}",
            1 + row,
            row * 37 % 1000,
            ["a", "b"][row % 2]
        )
    });
    let trained = Trained::on("a.csv", &lone, "class", &BOOSTING);
    assert!(trained.said.contains("--decimal comma"), "{}", trained.said);
    assert_eq!(
        trained.ask("{\"income\": \"70,500\"}"),
        trained.ask("{\"income\": 70500}")
    );
    let trained = Trained::on(
        "a.csv",
        &lone,
        "class",
        &[&BOOSTING[..], &["--decimal", "comma"]].concat(),
    );
    assert_eq!(
        trained.ask("{\"income\": \"70,500\"}"),
        trained.ask("{\"income\": 70.5}")
    );
}

#[test]
fn times_of_all_forms_are_read_in_training_and_in_requests() {
    let months = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ];
    type Form = fn(u64, usize, usize, usize, usize, &str) -> String;
    let forms: [(&str, Form); 12] = [
        ("BigQuery", |_, m, d, h, min, _| {
            format!("2025-{m:02}-{d:02} {h:02}:{min:02}:00 UTC")
        }),
        ("AM and PM", |_, m, d, h, min, _| {
            let half = if h < 12 { "AM" } else { "PM" };
            format!("{m}/{d}/2025 {}:{min:02} {half}", (h + 11) % 12 + 1)
        }),
        ("two digits", |_, m, d, h, min, _| {
            format!("{m}/{d}/25 {h}:{min:02}")
        }),
        ("points", |_, m, d, h, min, _| {
            format!("{d:02}.{m:02}.2025 {h:02}:{min:02}")
        }),
        ("slashes", |_, m, d, h, min, _| {
            format!("2025/{m:02}/{d:02} {h:02}:{min:02}:00")
        }),
        ("names", |_, _, d, h, min, name| {
            format!("{d:02}-{name}-25 {h:02}:{min:02}:00")
        }),
        ("bare", |_, m, d, h, min, _| {
            format!("2025-{m}-{d} {h}:{min:02}")
        }),
        ("comma", |_, m, d, h, min, _| {
            format!("\"2025-{m:02}-{d:02} {h:02}:{min:02}:00,250\"")
        }),
        ("zone", |_, m, d, h, min, _| {
            format!("2025-{m:02}-{d:02}T{h:02}:{min:02}:00+02:00[Europe/Berlin]")
        }),
        ("RFC 1123", |_, _, d, h, min, name| {
            let name = name[..1].to_string() + &name[1..].to_lowercase();
            format!("\"Sun, {d:02} {name} 2025 {h:02}:{min:02}:00 GMT\"")
        }),
        ("epoch", |seconds, _, _, _, _, _| seconds.to_string()),
        ("milliseconds", |seconds, _, _, _, _, _| {
            format!("{seconds}000")
        }),
    ];
    for (name, form) in forms {
        let mut asked = Vec::new();
        let rows = table_of("at,kilos,shift", 300, |_, draw| {
            let (month, day) = (1 + draw.below(12), 1 + draw.below(28));
            let (hour, minute) = (draw.below(24), draw.below(60));
            // Days of months of 30 days: good enough to tell an hour.
            let days = 20_089 + 30 * (month - 1) + day;
            let seconds = (days * 86_400 + hour * 3600 + minute * 60) as u64;
            let text = form(seconds, month, day, hour, minute, months[month - 1]);
            let shift = if hour < 8 { "night" } else { "day" };
            asked.push((text.clone(), shift));
            format!("{text},{:.1},{shift}", 9.0 * draw.share())
        });
        let trained = Trained::on("a.csv", &rows, "shift", &BOOSTING);
        assert_eq!(
            trained.kind("at"),
            Some("timestamp"),
            "{name}: {}",
            trained.said
        );
        assert!(trained.accuracy() > 0.95, "{name}: {}", trained.accuracy());
        let asked: Vec<&(String, &str)> = asked.iter().take(5).collect();
        let rows: Vec<String> = asked
            .iter()
            .map(|(text, _)| format!("{text},1\n"))
            .collect();
        let answers = trained.ask(&format!("at,kilos\n{}", rows.concat()));
        for (answer, (text, shift)) in answers.iter().zip(&asked) {
            assert_eq!(answer["label"], *shift, "{name}: {text}");
        }
        let iso = trained.ask("{\"at\": \"2025-03-04T03:00:00Z\", \"kilos\": 1}");
        assert_eq!(iso[0]["label"], "night", "{name}");
    }
}

#[test]
fn months_and_compact_dates_are_times() {
    for (form, name) in [
        ("2025-MM", "month alone"),
        ("2025MM17", "compact, as text or number"),
    ] {
        let rows = table_of("day,kilos,season", 300, |_, draw| {
            let month = 1 + draw.below(12);
            let season = if month < 4 { "winter" } else { "other" };
            let text = form.replace("MM", &format!("{month:02}"));
            format!("{text},{:.1},{season}", 9.0 * draw.share())
        });
        let trained = Trained::on("a.csv", &rows, "season", &BOOSTING);
        assert_eq!(trained.kind("day"), Some("timestamp"), "{name}");
        assert!(trained.accuracy() > 0.95, "{name}");
        let asked = form.replace("MM", "02");
        let mut of_json = vec![json!(asked)];
        of_json.extend(asked.parse::<u64>().ok().map(|number| json!(number)));
        for value in of_json {
            let row = json!({"day": value, "kilos": 1}).to_string();
            assert_eq!(trained.ask(&row)[0]["label"], "winter", "{row}");
        }
    }
}

#[test]
fn the_order_of_day_and_month_is_told_or_asked_for() {
    let dates = |last: usize| {
        table_of("on,x,label", 6000, |row, draw| {
            let (day, month) = (1 + row % last.min(12), 1 + draw.below(12));
            // Only the last rows tell.
            let day = if row > 5900 { 1 + row % last } else { day };
            format!(
                "{day}/{month}/2026,{:.2},{}",
                draw.share(),
                ["a", "b"][day % 2]
            )
        })
    };
    let naive = ["--estimator", "logistic_regression"];
    let trained = Trained::on("a.csv", &dates(28), "label", &naive);
    assert!(
        trained.said.contains("day before month"),
        "{}",
        trained.said
    );
    let ambiguous = Trained::on("a.csv", &dates(12), "label", &naive);
    assert!(
        ambiguous.said.contains("--day-first true"),
        "{}",
        ambiguous.said
    );
    let both = dates(28) + "2/27/2026,0.5,a\n";
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "table.csv", &both);
    let told = refused(&folder, &["--target", "label"]);
    assert!(
        told.contains("line 6002") && told.contains("--day-first"),
        "{told}"
    );
}

#[test]
fn words_that_look_like_times_and_are_not_read_are_told() {
    let rows = table_of("on,x,label", 200, |row, draw| {
        format!(
            "{} Mai 2026,{:.2},{}",
            1 + row % 28,
            draw.share(),
            ["a", "b"][row % 2]
        )
    });
    let trained = Trained::on("a.csv", &rows, "label", &BOOSTING);
    assert!(trained.said.contains("look like times"), "{}", trained.said);
}
