//! Rows of a table as bodies of `POST /predict`, with the answers that a model file gives.

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use model::Model;
use model::answer::{Identity, ReportWriter};
use model::example::{Door, example};
use model::row::Row;
use model::rows::{Blocks, Content, Cut, Cutter, Fields, quoted};
use model::score::Scorer;
use serde_json::Value;

/// Most rows that are kept in memory, and most bytes of their bodies.
const MOST: (usize, usize) = (100_000, 64 << 20);

/// A request's body.
pub struct RequestRow {
    /// The body of the request.
    pub body: Bytes,
    /// The answer as the function writes it, where a model file gives one.
    expected: Option<Vec<u8>>,
}

/// Requests that are sent in turn.
pub struct RequestRows {
    /// The header `content-type` of each.
    pub content_type: &'static str,
    /// True if the table has more rows than are kept.
    pub is_cut: bool,
    rows: Vec<RequestRow>,
}

/// Result of comparing a response with a model file's answer.
#[derive(Debug, PartialEq)]
pub enum AnswerMatch {
    /// There is no model file.
    Unchecked,
    /// Every member of the answer is the same.
    Same,
    /// Another version answered.
    OtherVersion(String),
    /// A member differs: a sentence with both values.
    Different(String),
}

/// Answers of a model file to rows.
struct Expected<'m> {
    model: &'m Model<'static>,
    places: Vec<Option<usize>>,
    writer: ReportWriter,
    scorer: Scorer,
}

impl RequestRows {
    /// Reads a table. Rows of CSV keep their header; with `model` only the columns of the model.
    ///
    /// # Errors
    /// When the table cannot be read, has no rows, or has a row that the model rejects.
    pub fn read(mut table: Blocks, model: Option<&Model<'static>>) -> Result<RequestRows> {
        let expected = model.map(|model| -> Result<Expected<'_>> {
            Ok(Expected::new(model, table.places(&model.columns)?))
        });
        let mut expected = expected.transpose()?;
        let header: Option<Vec<String>> = table.columns().map(<[String]>::to_vec);
        let places: Vec<usize> = match &expected {
            Some(expected) => expected.places.iter().copied().flatten().collect(),
            None => (0..header.as_ref().map_or(0, Vec::len)).collect(),
        };
        let head = header.as_ref().map(|names| {
            let names: Vec<_> = places.iter().map(|at| quoted(&names[*at])).collect();
            names.join(",")
        });
        let mut cutter = Cutter::new(table.shape());
        let (mut rows, mut bytes, mut is_cut) = (Vec::new(), 0, false);
        while let Some(block) = table.next_block()? {
            let mut position = block.start();
            while let Some(cut) = cutter.next(&block.bytes, &mut position) {
                is_cut = rows.len() == MOST.0 || bytes > MOST.1;
                if is_cut {
                    break;
                }
                let at = || format!("{}, line {}", table.name(), cut.line);
                let body = match (&cut.content, &head) {
                    (Content::Fields(fields), Some(head)) => line(fields, &places, head),
                    _ => Ok(cut.given.to_vec()),
                };
                let body = body.map_err(anyhow::Error::msg).with_context(at)?;
                let expected = expected.as_mut().map(|expected| expected.answer(&cut));
                let expected = expected.transpose().with_context(at)?;
                bytes += body.len();
                rows.push(RequestRow {
                    body: body.into(),
                    expected,
                });
            }
            if is_cut {
                break;
            }
        }
        if rows.is_empty() {
            bail!("{}: it has no rows", table.name());
        }
        Ok(RequestRows {
            content_type: match head {
                Some(_) => "text/csv; header=present",
                None => "application/json",
            },
            is_cut,
            rows,
        })
    }

    /// The example row of a model file.
    ///
    /// # Errors
    /// When the file has none that the model answers.
    pub fn example(model: &Model<'static>) -> Result<RequestRows> {
        let request = example(model, Door::Predict)
            .context("the model file has no example; --rows names a table of rows")?;
        let expected = Expected::new(model, Vec::new())
            .answer_json(request.body.as_bytes())
            .context("the example of the model file")?;
        Ok(RequestRows {
            content_type: request.content_type,
            is_cut: false,
            rows: vec![RequestRow {
                body: request.body.into(),
                expected: Some(expected),
            }],
        })
    }

    /// Number of rows.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// The row of the request with this number, from 0.
    pub fn row(&self, number: u64) -> &RequestRow {
        &self.rows[(number % self.rows.len() as u64) as usize]
    }
}

impl RequestRow {
    /// Compares a response of status 200 with the answer of the model file.
    pub fn compare(&self, response: &[u8]) -> AnswerMatch {
        let Some(expected) = &self.expected else {
            return AnswerMatch::Unchecked;
        };
        // Warnings may follow, so the closing brace is left out.
        let start = &expected[..expected.len() - 1];
        let of_table = response.strip_prefix(br#"{"predictions":["#);
        if of_table.unwrap_or(response).starts_with(start) {
            return AnswerMatch::Same;
        }
        let parse = |json: &[u8]| serde_json::from_slice::<Value>(json).unwrap_or_default();
        let (expected, response) = (parse(expected), parse(response));
        let answer = response.pointer("/predictions/0").unwrap_or(&response);
        let version = |of: &Value| of["model"]["version"].as_str().map(str::to_owned);
        match version(answer) {
            None => return AnswerMatch::Different("the response is no answer of a model".into()),
            Some(other) if Some(&other) != version(&expected).as_ref() => {
                return AnswerMatch::OtherVersion(other);
            }
            Some(_) => {}
        }
        let members = expected.as_object().into_iter().flatten();
        let mut different = members.filter(|(name, value)| answer.get(*name) != Some(value));
        match different.next() {
            None => AnswerMatch::Same,
            Some((name, value)) => AnswerMatch::Different(format!(
                "{name} is {}; the model file answers {value}",
                answer.get(name).unwrap_or(&Value::Null)
            )),
        }
    }
}

impl<'m> Expected<'m> {
    fn new(model: &'m Model<'static>, places: Vec<Option<usize>>) -> Expected<'m> {
        Expected {
            model,
            places,
            writer: ReportWriter::of(model, &Identity::of(model)),
            scorer: Scorer::default(),
        }
    }

    fn answer(&mut self, cut: &Cut<'_, '_>) -> Result<Vec<u8>> {
        match &cut.content {
            Content::Json(json) => self.answer_json(json),
            Content::Fields(fields) => {
                fields.check().map_err(anyhow::Error::msg)?;
                let values = fields.values(&self.places).collect::<Result<Vec<_>, _>>();
                let values = values.map_err(anyhow::Error::msg)?;
                let row = Row::new(&self.model.columns, values)?;
                self.answer_row(&row)
            }
        }
    }

    fn answer_json(&mut self, json: &[u8]) -> Result<Vec<u8>> {
        let row = Row::from_json(&self.model.columns, json)?;
        self.answer_row(&row)
    }

    fn answer_row(&mut self, row: &Row<'_>) -> Result<Vec<u8>> {
        let answer = self.scorer.answer(self.model, row)?;
        let mut text = Vec::new();
        self.writer.write(&answer, None, &mut text);
        Ok(text)
    }
}

/// A row of delimited text as CSV, below its header.
fn line(fields: &Fields<'_, '_>, places: &[usize], head: &str) -> Result<Vec<u8>, String> {
    fields.check()?;
    let mut body = format!("{head}\n");
    for (count, at) in places.iter().enumerate() {
        if count > 0 {
            body.push(',');
        }
        body.push_str(&quoted(&fields.text(*at)?));
    }
    // An empty line would be no row.
    if body.ends_with('\n') {
        body.push_str("\"\"");
    }
    body.push('\n');
    Ok(body.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::{AnswerMatch, RequestRow, RequestRows};
    use model::rows::Blocks;

    fn read(text: &'static str) -> RequestRows {
        let table = Blocks::new("rows", Box::new(text.as_bytes()), None).unwrap();
        RequestRows::read(table, None).unwrap()
    }

    #[test]
    fn each_row_of_a_table_is_a_table_of_its_own() {
        let rows = read("a;b\n1,5;\"x;y\"\n;\n");
        let bodies = [0, 1, 2].map(|number| rows.row(number).body.clone());
        assert_eq!(bodies[0], "a,b\n\"1,5\",x;y\n");
        assert_eq!(bodies[1], "a,b\n,\n");
        assert_eq!(bodies[2], bodies[0], "the rows are sent in turn");
        let one = read("text\n\"\"\nb\n");
        assert_eq!(one.row(0).body, "text\n\"\"\n");
        let lines = read("{\"a\": 1}\n{\"a\": 2}\n");
        assert_eq!(lines.row(1).body, "{\"a\": 2}");
        assert_eq!(lines.content_type, "application/json");
    }

    #[test]
    fn a_table_without_rows_is_refused() {
        let table = Blocks::new("rows.csv", Box::new("a,b\n".as_bytes()), None).unwrap();
        let error = RequestRows::read(table, None).err().unwrap();
        assert_eq!(error.to_string(), "rows.csv: it has no rows");
    }

    #[test]
    fn answers_are_compared_by_their_members() {
        let row = RequestRow {
            body: Default::default(),
            expected: Some(br#"{"value":2.5,"model":{"name":"m","version":"1"}}"#.to_vec()),
        };
        let same = br#"{"value":2.5,"model":{"name":"m","version":"1"},"warnings":[]}"#;
        assert_eq!(row.compare(same), AnswerMatch::Same);
        let many = br#"{ "predictions": [{"model":{"version":"1","name":"m"},"value":2.50}]}"#;
        assert_eq!(row.compare(many), AnswerMatch::Same);
        let other = br#"{"value":2.5,"model":{"name":"m","version":"2"}}"#;
        assert_eq!(row.compare(other), AnswerMatch::OtherVersion("2".into()));
        let wrong = br#"{"value":2.25,"model":{"name":"m","version":"1"}}"#;
        let sentence = "value is 2.25; the model file answers 2.5";
        assert_eq!(row.compare(wrong), AnswerMatch::Different(sentence.into()));
        assert!(matches!(row.compare(b"ok"), AnswerMatch::Different(_)));
    }
}
