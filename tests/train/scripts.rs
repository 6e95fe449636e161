//! Text of scripts without spaces is learnt by characters, by itself, and served alike.

use serde_json::Value;
use std::fmt::Write;
use support::tables::Draw;
use support::trained::Trained;

/// Three words of each of two labels, and words that both have.
struct Language {
    script: &'static str,
    deciding: [[&'static str; 3]; 2],
    others: [&'static str; 8],
}

const LANGUAGES: [Language; 3] = [
    Language {
        script: "Chinese",
        deciding: [["退款", "发票", "付款"], ["包裹", "快递", "送货"]],
        others: [
            "请问",
            "我的",
            "什么时候",
            "还没有",
            "谢谢",
            "今天",
            "可以",
            "你好",
        ],
    },
    Language {
        script: "Japanese",
        deciding: [["返金", "請求書", "支払い"], ["荷物", "配達", "宅配便"]],
        others: [
            "すみません",
            "私の",
            "いつ",
            "まだ",
            "ありがとう",
            "今日",
            "できますか",
            "お願い",
        ],
    },
    Language {
        script: "Thai",
        deciding: [["คืนเงิน", "ใบเสร็จ", "ชำระ"], ["พัสดุ", "จัดส่ง", "ขนส่ง"]],
        others: [
            "สวัสดี",
            "ของฉัน",
            "เมื่อไหร่",
            "ยังไม่",
            "ขอบคุณ",
            "วันนี้",
            "ได้ไหม",
            "กรุณา",
        ],
    },
];

impl Language {
    /// Each text has one deciding word among four others, all without spaces.
    fn table(&self, rows: usize) -> String {
        let mut draw = Draw::new(8);
        let mut table = String::from("text,label\n");
        for _ in 0..rows {
            let code = draw.below(2);
            let mut words: Vec<&str> = (0..4).map(|_| draw.of(&self.others)).collect();
            words.insert(draw.below(5), draw.of(&self.deciding[code]));
            let _ = writeln!(
                table,
                "{},{}",
                words.concat(),
                ["billing", "delivery"][code]
            );
        }
        table
    }
}

#[test]
fn text_without_spaces_is_learnt_and_told() {
    for language in LANGUAGES {
        let table = language.table(400);
        let trained = Trained::on("mails.csv", &table, "label", &["--folds", "2"]);
        let accuracy = trained.accuracy();
        assert!(accuracy > 0.95, "{}: {accuracy}", language.script);
        assert_eq!(trained.card["columns"][0]["settings"]["characters"], true);
        let note = format!("400 of 400 rows have {} text", language.script);
        assert!(trained.said.contains(&note), "{}", trained.said);

        // Asked by itself, each deciding word has its label.
        for (words, label) in language.deciding.iter().zip(["billing", "delivery"]) {
            for word in words {
                let row = serde_json::json!({ "text": word }).to_string();
                assert_eq!(trained.ask(&row)[0]["label"], label, "{word}");
            }
        }
    }
}

#[test]
fn text_with_spaces_is_learnt_as_before() {
    let mut draw = Draw::new(8);
    let mut table = String::from("text,label\n");
    for row in 0..300 {
        let code = draw.below(2);
        let word = [["refund", "Rückgabe"], ["parcel", "소포가"]][code][draw.below(2)];
        // A character or two of another script in a few rows changes nothing.
        let sign = if row < 2 { "ツ" } else { "please" };
        let _ = writeln!(
            table,
            "where is the {word} of order {row} {sign},{}",
            ["a", "b"][code]
        );
    }
    let card = Trained::on("mails.csv", &table, "label", &["--folds", "2"]).card;
    assert_eq!(card["columns"][0]["settings"].get("characters"), None);
    let notes = card["notes"].as_array().map(Vec::as_slice);
    let is_format = |note: &&Value| note["kind"] == "format";
    assert_eq!(notes.unwrap_or_default().iter().find(is_format), None);
}
