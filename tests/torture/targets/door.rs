//! Requests to every door of the function, in this process.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use function::request_id::RequestId;
use function::served::ModelSource;
use function::{App, Body, Request};
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING};
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Value, json};
use support::tables::Draw;

use super::{Input, Target};
use crate::mutate;
use support::doors_model::{COLUMNS, Row, csv, rows};

/// A request that is answered with 200.
struct Seed {
    path: &'static str,
    content_type: &'static str,
    body: Vec<u8>,
}

/// An app, and requests of all its protocols.
pub struct Doors {
    app: App,
    seeds: Vec<Seed>,
}

const JSON: &str = "application/json";

impl Doors {
    pub fn new(folder: &Path) -> Doors {
        let served = function::served::ServedModel::open(
            &ModelSource::File(folder.join("doors.four")),
            None,
        );
        let app = App::new(served, &|_| None);
        let mut doors = Doors {
            app,
            seeds: seeds(),
        };
        for index in 0..doors.seeds.len() {
            let input = Input {
                which: index,
                bytes: doors.seeds[index].body.clone(),
            };
            let status = doors.ask(&input).map(|answer| answer.0);
            assert_eq!(
                status,
                Ok(200),
                "{} {}",
                doors.seeds[index].path,
                doors.seeds[index].content_type
            );
        }
        doors
    }

    /// The status and the body of an answer, and its EMF line.
    fn ask(&mut self, input: &Input) -> Result<(u16, Vec<u8>, Vec<u8>), String> {
        let seed = &self.seeds[input.which % 100];
        let mut headers = HeaderMap::new();
        let ways = input.which / 100;
        if ways & 1 == 1 {
            headers.insert(ACCEPT, HeaderValue::from_static("text/csv"));
        }
        if ways & 2 == 2 {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if ways & 4 == 4 {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        let queries = [
            None,
            Some("top=1"),
            Some("explain=3"),
            Some("top=0&explain=%ff"),
            Some("top"),
        ];
        let outcome = self.app.answer(&Request {
            method: &Method::POST,
            path: seed.path,
            query: queries[ways / 8 % queries.len()],
            headers: Some(&headers),
            content_type: Some(seed.content_type),
            body: Body::Whole(&input.bytes),
            request_id: RequestId::new(Some("fuzz"), None),
            trace_id: None,
            takes_binary: ways & 1 == 0,
        });
        let is_json = outcome
            .response
            .headers()
            .get("content-type")
            .is_some_and(|kind| {
                matches!(
                    kind.as_bytes(),
                    b"application/json" | b"application/problem+json"
                )
            });
        let is_gzip = outcome.response.headers().contains_key("content-encoding");
        let status = outcome.response.status().as_u16();
        let body = outcome.response.into_body();
        if is_json && !is_gzip {
            serde_json::from_slice::<serde::de::IgnoredAny>(&body)
                .map_err(|error| format!("the {status} answer is no JSON: {error}"))?;
        }
        Ok((status, body, outcome.metrics))
    }
}

impl Target for Doors {
    fn ways(&self) -> usize {
        self.seeds.len()
    }

    fn input(&mut self, draw: &mut Draw) -> Input {
        let at = draw.below(self.seeds.len());
        let seed = &self.seeds[at];
        let other = &self.seeds[draw.below(self.seeds.len())].body;
        let mut ways = if draw.below(3) == 0 {
            draw.below(40) & !2
        } else {
            0
        };
        let mut bytes = match (seed.content_type, draw.below(3)) {
            (JSON, 0 | 1) => {
                let mut value: Value = serde_json::from_slice(&seed.body).unwrap();
                for _ in 0..1 + draw.below(3) {
                    mutate::tree(draw, &mut value);
                }
                value.to_string().into_bytes()
            }
            _ => mutate::bytes(draw, seed.body.clone(), other, 1 << 20),
        };
        if draw.below(12) == 0 {
            ways |= 2;
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&bytes).unwrap();
            bytes = encoder.finish().unwrap();
            if draw.below(2) == 0 {
                bytes = mutate::bytes(draw, bytes, other, 1 << 20);
            }
        }
        Input {
            which: at + 100 * ways,
            bytes,
        }
    }

    fn seeds(&self) -> Vec<Input> {
        let seed = |(which, seed): (usize, &Seed)| Input {
            which,
            bytes: seed.body.clone(),
        };
        self.seeds.iter().enumerate().map(seed).collect()
    }

    /// Of the number, the first byte is the request and the second what is asked beside it.
    fn searched(&self, which: u16, bytes: Vec<u8>) -> Input {
        let (at, ways) = (usize::from(which & 255), usize::from(which >> 8));
        Input {
            which: at % self.seeds.len() + 100 * (ways % 40),
            bytes,
        }
    }

    fn mutated(&self, draw: &mut Draw, bytes: &[u8]) -> Vec<u8> {
        mutate::json(draw, bytes)
    }

    fn run(&mut self, input: &Input) -> Result<bool, String> {
        let (status, body, line) = self.ask(input)?;
        if !matches!(status, 200 | 400..=499) {
            return Err(format!(
                "status {status}: {}",
                String::from_utf8_lossy(&body)
            ));
        }
        if status != 200 && body.len() > 16_000 {
            return Err(format!("a refusal of {} bytes", body.len()));
        }
        // That of the request, and now and then those of the watch.
        let lines = String::from_utf8(line).map_err(|_| "the EMF line is not UTF-8".to_string())?;
        for line in lines.lines() {
            emf::lint(line).map_err(|problems| format!("EMF: {}", problems.join("; ")))?;
        }
        Ok(status == 200)
    }
}

fn seeds() -> Vec<Seed> {
    let rows = rows(7, 3);
    let objects: Vec<Value> = rows.iter().map(Row::object).collect();
    let arrays: Vec<Vec<Value>> = rows.iter().map(Row::values).collect();
    let lines: String = objects.iter().map(|object| format!("{object}\n")).collect();
    let columns: Vec<Vec<Value>> = (0..COLUMNS.len())
        .map(|index| arrays.iter().map(|row| row[index].clone()).collect())
        .collect();
    let inputs: Value = COLUMNS
        .iter()
        .zip(&columns)
        .map(|(name, column)| (name.to_string(), json!(column)))
        .collect();
    let tensor = |index: usize, datatype: &str| json!({"name": COLUMNS[index], "datatype": datatype, "shape": [3], "data": columns[index]});
    let tensors = [
        tensor(0, "BYTES"),
        tensor(1, "FP64"),
        tensor(2, "BOOL"),
        tensor(3, "BYTES"),
    ];
    let features: Vec<Value> = arrays.iter().map(|row| json!({"features": row})).collect();
    let json_bodies = [
        ("/predict", objects[0].clone()),
        ("/", json!({"instances": objects})),
        ("/predict", json!({"instances": arrays})),
        (
            "/invocations",
            json!({"dataframe_split": {"columns": COLUMNS, "data": arrays}}),
        ),
        ("/invocations", json!({"dataframe_records": objects})),
        ("/invocations", json!({"inputs": inputs})),
        ("/invocations", json!({"instances": features})),
        (
            "/v2/models/four/versions/3/infer",
            json!({"id": "x", "inputs": tensors}),
        ),
    ];
    let mut seeds: Vec<Seed> = json_bodies
        .into_iter()
        .map(|(path, body)| Seed {
            path,
            content_type: JSON,
            body: body.to_string().into_bytes(),
        })
        .collect();
    for (path, content_type, body) in [
        ("/predict", "text/csv", csv(&rows, true)),
        ("/predict", "text/csv; header=absent", csv(&rows, false)),
        ("/predict", "application/x-ndjson", lines.clone()),
        ("/invocations", "text/csv", csv(&rows, true)),
        ("/invocations", "text/csv; header=absent", csv(&rows, false)),
        ("/invocations", "application/jsonlines", lines),
    ] {
        seeds.push(Seed {
            path,
            content_type,
            body: body.into_bytes(),
        });
    }
    seeds
}
