//! Tables as people have them: missing values, labels, codes, ids and lines that are no rows, each
//! the same in training, in files and in requests.

use serde_json::json;
use support::tables::{Draw, refused, write};
use support::trained::{Trained, table_of};

const BOOSTING: [&str; 2] = ["--estimator", "gradient_boosting"];
const FOREST: [&str; 2] = ["--estimator", "random_forest"];

#[test]
fn words_for_missing_values_are_missing_everywhere() {
    let rows = |word: &str| {
        table_of("age,plan,at,label", 200, |row, draw| {
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
    let rows = table_of("age,points", 1000, |row, draw| {
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
    let rows = table_of("x,label", 200, |row, _| {
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
        let rows = table_of("x,label", 300, |row, _| {
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
    let rows = table_of("depot_id,kilos,state", 600, |row, draw| {
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

    let rows = table_of("branch,x,label", 600, |_, draw| {
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
    let rows = table_of("fuel,x,level", 600, |_, draw| {
        let fuel = draw.of(&["f", "n"]);
        let level = if fuel == "f" { "high" } else { "low" };
        format!("{fuel},{:.2},{level}", draw.share())
    });
    let trained = Trained::on("a.csv", &rows, "level", &BOOSTING);
    assert_eq!(trained.kind("fuel"), Some("category"));
    assert_eq!(trained.accuracy(), 1.0);

    let blood = ["A+", "A-", "B+", "B-", "O+", "O-", "AB+", "AB-"];
    for header in ["age,blood,match", "blood,match"] {
        let rows = table_of(header, 600, |_, draw| {
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
        let lines = table_of("size,weight,label", 200, |row, draw| {
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
