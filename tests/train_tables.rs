//! Tables as people have them: what is inferred of awkward columns and targets, what is told of
//! them, and the same reading in training, in files and in requests.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

use serde_json::{Value, json};
use support::tables::{Draw, refused, write};
use support::{example, hearth, hearth_with};
use tempfile::TempDir;

/// A model that was trained on a table.
struct Trained {
    folder: TempDir,
    card: Value,
    /// What the training printed.
    said: String,
}

impl Trained {
    /// Trains on a table of this name.
    #[track_caller]
    fn on(name: &str, table: &str, target: &str, more: &[&str]) -> Trained {
        let folder = tempfile::tempdir().unwrap();
        write(&folder, name, table);
        let arguments = ["train", "--data", name, "--target", target];
        let finished = hearth(&folder, &[&arguments[..], more].concat()).success();
        hearth(&folder, &["verify", "model.hearth"]).success();
        let card = example::card(&folder.path().join("model.hearth"));
        let said = finished.stdout + &finished.stderr;
        Trained { folder, card, said }
    }

    /// The type of a column; `None` where it is left out.
    fn kind(&self, name: &str) -> Option<&str> {
        let columns = self.card["columns"].as_array().unwrap();
        let column = columns.iter().find(|column| column["name"] == name)?;
        column["kind"].as_str()
    }

    fn accuracy(&self) -> f64 {
        self.card["metrics"]["accuracy"].as_f64().unwrap()
    }

    /// The labels, in their order.
    fn labels(&self) -> Vec<&str> {
        let classes = self.card["metrics"]["per_class"].as_array().unwrap();
        let labels = classes.iter().map(|class| class["label"].as_str().unwrap());
        labels.collect()
    }

    /// The answers to a table.
    #[track_caller]
    fn ask(&self, table: &str) -> Vec<Value> {
        let asked = hearth_with(
            &self.folder,
            &["predict", "model.hearth"],
            &[],
            table.as_bytes(),
        );
        let answers = asked.success().stdout;
        let answers = answers
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        answers.collect()
    }
}

const BOOSTING: [&str; 2] = ["--estimator", "gradient_boosting"];
const FOREST: [&str; 2] = ["--estimator", "random_forest"];

/// A table of so many rows under a header.
fn table(header: &str, rows: usize, mut row: impl FnMut(usize, &mut Draw) -> String) -> String {
    let mut draw = Draw::new(7);
    let mut table = format!("{header}\n");
    for number in 0..rows {
        table += &row(number, &mut draw);
        table.push('\n');
    }
    table
}

/// A decimal number with a comma.
fn comma(number: f64, digits: usize) -> String {
    format!("{number:.digits$}").replace('.', ",")
}

#[test]
fn decimal_commas_are_numbers_in_training_and_in_requests() {
    let rows = table("gewicht;laenge;klasse", 300, |_, draw| {
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

    let target = table("x;y", 300, |row, _| {
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
    let rows = table("income,cash,share,class", 300, |_, draw| {
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
    let lone = table("income,class", 100, |row, _| {
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
            format!("2025-{m:02}-{d:02} {h:02}:{min:02}:00,250")
        }),
        ("zone", |_, m, d, h, min, _| {
            format!("2025-{m:02}-{d:02}T{h:02}:{min:02}:00+02:00[Europe/Berlin]")
        }),
        ("RFC 1123", |_, _, d, h, min, name| {
            let name = name[..1].to_string() + &name[1..].to_lowercase();
            format!("\"Sun, {d:02} {name} 2025 {h:02}:{min:02}:00 GMT\"")
        }),
        ("epoch", |seconds, ..| seconds.to_string()),
        ("milliseconds", |seconds, ..| format!("{seconds}000")),
    ];
    for (name, form) in forms {
        let mut asked = Vec::new();
        let rows = table("at,kilos,shift", 300, |_, draw| {
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
        let rows = table("day,kilos,season", 300, |_, draw| {
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
        table("on,x,label", 6000, |row, draw| {
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
    let rows = table("on,x,label", 200, |row, draw| {
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

#[test]
fn words_for_missing_values_are_missing_everywhere() {
    let rows = |word: &str| {
        table("age,plan,at,label", 200, |row, draw| {
            let age = if row % 50 == 7 {
                word.to_string()
            } else {
                (20 + draw.below(60)).to_string()
            };
            let plan = if row % 50 == 8 {
                word
            } else {
                draw.of(&["tin", "gold"])
            };
            let at = if row % 50 == 9 { word } else { "2026-01-0" };
            let day = if row % 50 == 9 {
                String::new()
            } else {
                draw.below(9).to_string()
            };
            let at = if day == "0" {
                "2026-01-11".to_string()
            } else {
                format!("{at}{day}")
            };
            format!("{age},{plan},{at},{}", ["a", "b"][row % 2])
        })
    };
    for word in ["N/A", "none", "-", "?", "#N/A", "<NA>", ".", "NULL", "nan"] {
        let trained = Trained::on("a.csv", &rows(word), "label", &BOOSTING);
        let kinds = ["age", "plan", "at"].map(|name| trained.kind(name).unwrap());
        assert_eq!(kinds, ["number", "category", "timestamp"], "{word}");
        let note = format!("age: 4 values are read as missing: {word:?} 4 (line 9)");
        assert!(trained.said.contains(&note), "{word}: {}", trained.said);
        assert!(trained.said.contains("--not-missing"), "{word}");
        let words = json!({"age": word, "plan": word, "at": word}).to_string();
        let nulls = "{\"age\": null, \"plan\": null, \"at\": null}";
        assert_eq!(trained.ask(&words), trained.ask(nulls), "{word}");
        assert_eq!(
            trained.ask(&format!("age,plan,at\n{word},{word},{word}\n")),
            trained.ask(nulls)
        );
    }
    // Other words are given, and words that are data are taken back.
    let more = [
        &BOOSTING[..],
        &["--missing", "unknown,-1", "--not-missing", "NA"],
    ]
    .concat();
    let table = rows("unknown").replace(",gold,", ",NA,");
    let trained = Trained::on("a.csv", &table, "label", &more);
    assert_eq!(trained.kind("age"), Some("number"));
    let named = trained.ask("{\"age\": 30, \"plan\": \"NA\", \"at\": \"2026-01-05\"}");
    assert!(named[0].get("warnings").is_none(), "{}", named[0]);
    let row = |age: &str| {
        trained.ask(&format!(
            "{{\"age\": {age}, \"plan\": \"tin\", \"at\": null}}"
        ))
    };
    assert_eq!(row("-1"), row("null"));
    assert_eq!(row("\"Unknown\""), row("null"));
    assert_ne!(row("30"), row("null"));
}

#[test]
fn one_cell_does_not_change_the_target() {
    let rows = table("age,points", 1000, |row, draw| {
        let age = 20 + draw.below(60);
        let points = if row == 500 {
            "N/A".into()
        } else {
            (age + draw.below(20)).to_string()
        };
        format!("{age},{points}")
    });
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "table.csv", &rows);
    let told = refused(&folder, &["--target", "points"]);
    assert!(
        told.contains("line 502") && told.contains("--skip-empty"),
        "{told}"
    );
    let more = ["--estimator", "ridge", "--skip-empty"];
    let trained = Trained::on("a.csv", &rows, "points", &more);
    assert_eq!(trained.card["task"], "regression");
    assert!(
        trained
            .said
            .contains("1 value is read as missing: \"N/A\" 1"),
        "{}",
        trained.said
    );
    write(&folder, "table.csv", &rows.replace("N/A", "points"));
    let told = refused(&folder, &["--target", "points"]);
    assert!(
        told.contains("line 502") && told.contains("a number was expected"),
        "{told}"
    );
}

#[test]
fn a_missing_label_is_refused_unless_it_is_one() {
    let rows = table("x,label", 200, |row, _| {
        format!("{}.5,{}", row * 7 % 100, ["none", "some"][row % 2])
    });
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "table.csv", &rows);
    let told = refused(&folder, &["--target", "label"]);
    assert!(
        told.contains("\"none\"") && told.contains("--not-missing"),
        "{told}"
    );
    let more = [&BOOSTING[..], &["--not-missing", "none"]].concat();
    assert_eq!(
        Trained::on("a.csv", &rows, "label", &more).labels(),
        ["none", "some"]
    );
}

#[test]
fn whole_numbers_are_labels_in_each_way_to_write_them() {
    let of = |labels: &'static [&'static str]| {
        let rows = table("x,label", 300, |row, _| {
            let code = row * 7 % labels.len();
            format!("{}.{},{}", code, row % 10, labels[code])
        });
        Trained::on("a.csv", &rows, "label", &FOREST)
    };
    assert_eq!(of(&["0.0", "1.0"]).labels(), ["0", "1"]);
    assert_eq!(of(&["-1", "1"]).labels(), ["-1", "1"]);
    assert_eq!(of(&["ship", "bill ", " ship"]).labels(), ["bill", "ship"]);
    let padded: Vec<String> = (0..25).map(|code| format!("{code:05}")).collect();
    let padded: &'static [&'static str] = padded
        .into_iter()
        .map(|label| &*label.leak())
        .collect::<Vec<_>>()
        .leak();
    let trained = of(padded);
    assert_eq!(trained.card["task"], "classification");
    assert_eq!(trained.labels()[..2], ["00000", "00001"]);
    let said = of(&["ship", "Ship", "bill"]).said;
    assert!(said.contains("differ by case or blanks only"), "{said}");
}

#[test]
fn codes_are_one_in_tables_and_in_requests() {
    let rows = table("depot_id,kilos,state", 600, |row, draw| {
        let depot = [101, 205, 305, 412, 512][draw.below(5)];
        let state = if depot % 2 == 1 { "open" } else { "shut" };
        let depot = if row % 10 == 3 {
            String::new()
        } else {
            format!("{depot}.0")
        };
        format!("{depot},{:.2},{state}", 5.0 * draw.share())
    });
    let trained = Trained::on("a.csv", &rows, "state", &BOOSTING);
    assert_eq!(trained.kind("depot_id"), Some("category"));
    let answers = ["101", "101.0", "\"101\"", "\"101.0\"", "\" 101.0 \""]
        .map(|value| trained.ask(&format!("{{\"depot_id\": {value}, \"kilos\": 1}}")));
    assert!(
        answers.iter().all(|answer| answer == &answers[0]),
        "{answers:?}"
    );
    assert_eq!(answers[0][0]["label"], "open");
    assert!(answers[0][0].get("warnings").is_none(), "{:?}", answers[0]);
    assert_eq!(trained.ask("depot_id,kilos\n101,1\n"), answers[0]);

    let rows = table("branch,x,label", 600, |_, draw| {
        let code = draw.below(3);
        format!(
            "{},{:.2},{}",
            ["00501", "0501", "501"][code],
            draw.share(),
            ["a", "b", "c"][code]
        )
    });
    let trained = Trained::on("a.csv", &rows, "label", &BOOSTING);
    assert_eq!(trained.kind("branch"), Some("category"));
    assert!(trained.accuracy() > 0.95, "{}", trained.accuracy());
    assert!(trained.said.contains("zeros in front"), "{}", trained.said);
}

#[test]
fn ids_beyond_2_to_the_53_keep_every_digit() {
    let mut draw = Draw::new(3);
    let mut rows = String::new();
    for _ in 0..300 {
        let account = draw.below(6) as u64;
        let label = ["a", "b"][(account % 2) as usize];
        let id = 9_007_199_254_740_993 + account;
        rows += &format!(
            "{{\"account\": {id}, \"x\": {:.2}, \"label\": \"{label}\"}}\n",
            draw.share()
        );
    }
    let trained = Trained::on("a.jsonl", &rows, "label", &BOOSTING);
    assert_eq!(trained.kind("account"), Some("category"));
    assert_eq!(trained.accuracy(), 1.0);
    let label = |id: u64| {
        let of_number = trained.ask(&format!("{{\"account\": {id}, \"x\": 0.5}}"));
        assert_eq!(of_number, trained.ask(&format!("account,x\n{id},0.5\n")));
        of_number[0]["label"].clone()
    };
    assert_eq!(
        [label(9_007_199_254_740_993), label(9_007_199_254_740_994)],
        ["a", "b"]
    );
}

#[test]
fn letters_are_categories_and_so_are_lone_words() {
    let rows = table("fuel,x,level", 600, |_, draw| {
        let fuel = draw.of(&["f", "n"]);
        let level = if fuel == "f" { "high" } else { "low" };
        format!("{fuel},{:.2},{level}", draw.share())
    });
    let trained = Trained::on("a.csv", &rows, "level", &BOOSTING);
    assert_eq!(trained.kind("fuel"), Some("category"));
    assert_eq!(trained.accuracy(), 1.0);

    let blood = ["A+", "A-", "B+", "B-", "O+", "O-", "AB+", "AB-"];
    for header in ["age,blood,match", "blood,match"] {
        let rows = table(header, 600, |_, draw| {
            let blood = draw.of(&blood);
            let found = if blood.ends_with('+') { "yes" } else { "no" };
            let age = if header.starts_with("age") {
                format!("{},", 18 + draw.below(70))
            } else {
                String::new()
            };
            format!("{age}{blood},{found}")
        });
        let trained = Trained::on("a.csv", &rows, "match", &BOOSTING);
        assert_eq!(trained.kind("blood"), Some("category"), "{header}");
        assert!(trained.accuracy() > 0.95, "{header}");
    }
}

#[test]
fn members_of_json_lines_are_columns_in_any_order_of_the_rows() {
    let mut lines: Vec<String> = Vec::new();
    let mut draw = Draw::new(5);
    for row in 0..300 {
        let (renews, tier) = match draw.below(2) {
            0 => (
                "yes",
                format!(", \"tier\": \"{}\"", ["gold", "tin"][row % 2]),
            ),
            _ => ("no", String::new()),
        };
        lines.push(format!(
            "{{\"amount\": {:.2}, \"renews\": \"{renews}\"{tier}}}\n",
            draw.share()
        ));
    }
    lines.sort_by_key(|line| line.contains("tier"));
    let kinds = [lines.concat(), lines.iter().rev().cloned().collect()].map(|table| {
        let trained = Trained::on("a.jsonl", &table, "renews", &BOOSTING);
        assert_eq!(trained.accuracy(), 1.0);
        assert_eq!(trained.ask("{\"amount\": 0.5}")[0]["label"], "no");
        ["amount", "tier"].map(|name| trained.kind(name).map(String::from))
    });
    assert_eq!(kinds[0], kinds[1]);
    assert_eq!(kinds[0][1].as_deref(), Some("category"));
}

#[test]
fn lines_that_are_no_rows_are_left_out_and_told() {
    let rows = |odd: &str| {
        let lines = table("size,weight,label", 200, |row, draw| {
            format!(
                "{:.1},{:.1},{}",
                draw.share(),
                draw.share(),
                ["a", "b"][row % 2]
            )
        });
        let mut lines: Vec<&str> = lines.lines().collect();
        lines.insert(101, odd);
        lines.join("\n")
    };
    for (odd, note) in [
        ("size,weight,label", "repeats the header"),
        ("cm,kg,a", "row of units or headings"),
    ] {
        let trained = Trained::on("a.csv", &rows(odd), "label", &BOOSTING);
        assert_eq!(trained.kind("size"), Some("number"), "{odd}");
        assert_eq!(trained.labels(), ["a", "b"], "{odd}");
        assert!(trained.said.contains(note), "{odd}: {}", trained.said);
        assert!(
            trained.said.contains("(line 102)"),
            "{odd}: {}",
            trained.said
        );
    }
    let sep = "sep=;\n".to_string() + &rows("0.5,0.5,a").replace(',', ";");
    let trained = Trained::on("a.csv", &sep, "label", &BOOSTING);
    assert_eq!(trained.kind("size"), Some("number"));
    assert_eq!(trained.ask("sep=;\nsize;weight\n0.5;0.5\n").len(), 1);
}
