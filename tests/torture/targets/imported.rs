//! Model files of other libraries: refused in a sentence, or a model file that opens and verifies.

use std::sync::LazyLock;

use import::file::{Imported, SourceFile};
use import::given::Given;
use import::source;
use model::Model;
use serde_json::Value;
use support::example;
use support::tables::Draw;

use super::{Input, Target};
use crate::mutate;

/// A model of each format. Those of text are kept beside the tests of the importer.
static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = example::root().join("import/tests/models");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let json = read("xgboost.json");
    let mut ubjson = Vec::new();
    push_ubjson(&mut ubjson, &serde_json::from_slice(&json).unwrap());
    vec![read("lightgbm.txt"), json, ubjson]
});

/// Files of LightGBM and XGBoost.
pub struct Foreign;

impl Target for Foreign {
    fn input(&mut self, draw: &mut Draw) -> Input {
        let which = draw.below(SEEDS.len());
        let seed = &SEEDS[which];
        Input {
            which: 0,
            bytes: match which == 1 && draw.below(2) == 0 {
                true => mutate::json(draw, seed),
                false => mutate::bytes(draw, seed.clone(), seed, 1 << 16),
            },
        }
    }

    fn seeds(&self) -> Vec<Input> {
        let seed = |bytes: &Vec<u8>| Input {
            which: 0,
            bytes: bytes.clone(),
        };
        SEEDS.iter().map(seed).collect()
    }

    fn run(&mut self, input: &Input) -> Result<bool, String> {
        let given = Given {
            name: "foreign".into(),
            ..Given::default()
        };
        let source = SourceFile {
            name: "model".into(),
            sha256: String::new(),
        };
        let forest = source::read(&input.bytes, &given);
        let imported = forest.and_then(|forest| Imported::new(forest, given, source));
        match imported.and_then(|imported| imported.bytes(None, &[])) {
            // The file was verified when it was written.
            Ok(bytes) => match Model::open(&bytes) {
                Ok(_) => Ok(true),
                Err(error) => Err(format!("a model was imported that does not open: {error}")),
            },
            Err(why) if why.to_string().is_empty() => Err("refused without a reason".into()),
            Err(_) => Ok(false),
        }
    }
}

/// Appends a value as UBJSON, lists of numbers with a type and a count as XGBoost writes them.
fn push_ubjson(out: &mut Vec<u8>, value: &Value) {
    let text = |out: &mut Vec<u8>, text: &str| {
        out.push(b'L');
        out.extend((text.len() as i64).to_be_bytes());
        out.extend(text.as_bytes());
    };
    match value {
        Value::Null => out.push(b'Z'),
        Value::Bool(flag) => out.push(if *flag { b'T' } else { b'F' }),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => {
                out.push(b'L');
                out.extend(whole.to_be_bytes());
            }
            None => {
                out.push(b'd');
                out.extend((number.as_f64().unwrap() as f32).to_be_bytes());
            }
        },
        Value::String(string) => {
            out.push(b'S');
            text(out, string);
        }
        Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_number) => {
            out.extend(b"[$d#L");
            out.extend((items.len() as i64).to_be_bytes());
            for item in items {
                out.extend((item.as_f64().unwrap() as f32).to_be_bytes());
            }
        }
        Value::Array(items) => {
            out.push(b'[');
            items.iter().for_each(|item| push_ubjson(out, item));
            out.push(b']');
        }
        Value::Object(members) => {
            out.push(b'{');
            for (name, member) in members {
                text(out, name);
                push_ubjson(out, member);
            }
            out.push(b'}');
        }
    }
}
