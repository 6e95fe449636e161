//! Files and lines that come from elsewhere: tables, what DVC wrote, captured requests, EMF.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use model::rows::{Blocks, Content, Cutter, Format, Reader};
use monitor::capture::{Record, push_record, records};
use serde_json::json;
use support::tables::{Draw, tickets};
use versioning::Project;
use versioning::config::Config;
use versioning::object::manifest;

use super::{Input, Target};
use crate::mutate;

/// One of some inputs, made worse.
fn worse(draw: &mut Draw, seeds: &[Vec<u8>], limit: usize) -> Input {
    let which = draw.below(seeds.len());
    let other = &seeds[draw.below(seeds.len())];
    Input {
        which,
        bytes: mutate::bytes(draw, seeds[which].clone(), other, limit),
    }
}

/// Each of the seeds, by its own way in.
fn inputs(seeds: &[Vec<u8>]) -> Vec<Input> {
    let input = |(which, bytes): (usize, &Vec<u8>)| Input {
        which,
        bytes: bytes.clone(),
    };
    seeds.iter().enumerate().map(input).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Tables in every format.
pub struct Tables(Vec<Vec<u8>>);

impl Tables {
    pub fn new() -> Tables {
        let csv = tickets(40);
        let quoted = "id,text\r\n1,\"a, \"\"b\"\"\"\r\n2,\"two\nlines\"\r\n3,\r\n";
        let lines = "{\"a\":1,\"b\":\"x\"}\n{\"b\":null,\"a\":1e3}\r\n\n{\"a\":-0.5,\"b\":\"\\ud83d\\ude42\"}\n";
        let mut seeds: Vec<Vec<u8>> = [
            csv.as_str(),
            quoted,
            lines,
            &csv.replace(',', "\t"),
            &csv.replace(',', ";"),
        ]
        .map(|text| text.as_bytes().to_vec())
        .to_vec();
        seeds.push(gzip(csv.as_bytes()));
        seeds.push(gzip(&vec![b'a'; 2 << 20]));
        Tables(seeds)
    }
}

impl Target for Tables {
    fn ways(&self) -> usize {
        4
    }

    fn input(&mut self, draw: &mut Draw) -> Input {
        let mut input = worse(draw, &self.0, 1 << 20);
        if draw.below(10) == 0 {
            input.bytes = gzip(&input.bytes);
        }
        input.which = draw.below(4);
        input
    }

    fn seeds(&self) -> Vec<Input> {
        let plain = self.0.iter().filter(|bytes| bytes.len() < 10_000);
        let formats = plain.flat_map(|bytes| (0..4).map(move |which| (which, bytes.clone())));
        formats
            .map(|(which, bytes)| Input { which, bytes })
            .collect()
    }

    /// Of the number, bits 2 to 4 compress the bytes in one of eight inputs: a search does not find
    /// checksums.
    fn searched(&self, which: u16, bytes: Vec<u8>) -> Input {
        let is_gzip = which >> 2 & 7 == 7;
        Input {
            which: usize::from(which & 3),
            bytes: if is_gzip { gzip(&bytes) } else { bytes },
        }
    }

    fn run(&mut self, input: &Input) -> Result<bool, String> {
        let format = [
            None,
            Some(Format::Csv),
            Some(Format::Tsv),
            Some(Format::Jsonl),
        ][input.which];
        let bytes = || Box::new(Cursor::new(input.bytes.clone()));
        let mut taken = false;
        if let Ok(mut reader) = Reader::new("t", bytes(), format) {
            // JSON Lines may name a new column on any line, and never lose one.
            let mut count = reader.columns().len();
            while let Ok(Some(record)) = reader.next_record() {
                taken = true;
                let columns = reader.columns().len();
                if record.values.len() != columns || columns < count {
                    let values = record.values.len();
                    return Err(format!("{values} values for {columns} columns"));
                }
                count = columns;
            }
        }
        if let Ok(mut blocks) = Blocks::new("t", bytes(), format) {
            let mut cutter = Cutter::new(blocks.shape());
            while let Ok(Some(block)) = blocks.next_block() {
                let mut position = block.start();
                while let Some(cut) = cutter.next(&block.bytes, &mut position) {
                    if let Content::Fields(fields) = &cut.content {
                        let _ = fields.texts().filter(Result::is_ok).count();
                    }
                }
            }
        }
        Ok(taken)
    }
}

/// What DVC keeps in a project, and our own params.yaml.
pub struct Dvc {
    seeds: Vec<Vec<u8>>,
    folder: PathBuf,
}

/// Where each seed lies.
const PLACES: [&str; 5] = [
    "dvc.lock",
    "raw.dvc",
    ".dvc/config",
    "manifest",
    "params.yaml",
];

impl Dvc {
    pub fn new(folder: &Path) -> Dvc {
        let folder = folder.join("project");
        fs::create_dir_all(folder.join(".dvc")).unwrap();
        let lock = fs::read(support::example::root().join("dvc.lock")).unwrap_or_else(|_| {
            b"schema: '2.0'\nstages:\n  train:\n    cmd: hearth train\n    deps:\n    - path: data.csv\n      hash: md5\n      md5: 6f1ed002ab5595859014ebf0951522d9\n      size: 9\n    params:\n      params.yaml:\n        seed: 42\n    outs:\n    - path: model.hearth\n      hash: md5\n      md5: 6f1ed002ab5595859014ebf0951522d9\n      size: 9\n".to_vec()
        });
        let raw = b"wdir: .\nouts:\n- md5: 6f1ed002ab5595859014ebf0951522d9.dir\n  size: 9\n  nfiles: 2\n  hash: md5\n  path: raw\n  remote: other\n".to_vec();
        let config =
            b"[core]\n    remote = storage\n['remote \"storage\"']\n    url = ../store\n# more\n"
                .to_vec();
        let list =
            br#"[{"md5": "6f1ed002ab5595859014ebf0951522d9", "relpath": "deep/a.txt"}]"#.to_vec();
        let params = fs::read(support::example::root().join("params.yaml")).unwrap();
        Dvc {
            seeds: vec![lock, raw, config, list, params],
            folder,
        }
    }
}

impl Target for Dvc {
    fn ways(&self) -> usize {
        PLACES.len()
    }

    fn input(&mut self, draw: &mut Draw) -> Input {
        worse(draw, &self.seeds, 200_000)
    }

    fn seeds(&self) -> Vec<Input> {
        inputs(&self.seeds)
    }

    fn run(&mut self, input: &Input) -> Result<bool, String> {
        let place = PLACES[input.which];
        let path = self.folder.join(place);
        if place == "manifest" {
            let members = manifest(&input.bytes);
            for member in members.iter().flatten() {
                inside(&member.relpath)?;
            }
            return Ok(members.is_ok());
        }
        fs::write(&path, &input.bytes).map_err(|error| error.to_string())?;
        let project = |config| Project {
            root: self.folder.clone(),
            config,
        };
        let taken = match place {
            ".dvc/config" => Config::read(&self.folder.join(".dvc")).is_ok_and(|config| {
                let project = project(config);
                project.remote(None).is_ok() && project.cache().is_ok()
            }),
            "params.yaml" => {
                hearth::params_file::read(&path).is_ok_and(|job| job.params.check().is_ok())
            }
            _ => {
                let project = project(Config::default());
                let outputs = project.outputs(None);
                for output in outputs.iter().flatten() {
                    inside(&output.path)?;
                }
                if let Ok(snapshot) = project.snapshot(None) {
                    let _ = snapshot.stages();
                }
                outputs.is_ok()
            }
        };
        fs::remove_file(&path).map_err(|error| error.to_string())?;
        Ok(taken)
    }
}

/// That a path stays in its folder.
fn inside(path: &str) -> Result<(), String> {
    let leaves = path.starts_with('/') || path.split('/').any(|step| step == "..");
    match leaves {
        true => Err(format!("{path:?} leaves the project")),
        false => Ok(()),
    }
}

/// Captured requests.
pub struct Captures(Vec<Vec<u8>>);

impl Captures {
    pub fn new() -> Captures {
        let mut line = Vec::new();
        push_record(
            &mut line,
            &Record {
                input: r#"{"text":"a \"b\" é"}"#.into(),
                output: r#"{"label":"x","probabilities":{"x":1.0}}"#.into(),
                event_id: "r-1/0".into(),
                inference_id: None,
                inference_time: "2026-01-02T03:04:05Z".into(),
                model_name: "mails".into(),
                model_version: "1.2".into(),
                variant: Some("b".into()),
            },
        );
        let text = String::from_utf8(line.clone()).unwrap();
        let event = json!({"id": "1", "timestamp": 1, "message": text});
        let batch = json!({"messageType": "DATA_MESSAGE", "logEvents": [event, event]}).to_string();
        let framed = format!("2026-01-02T03:04:05Z r-1 {text}");
        let several = format!("{batch}{batch}").into_bytes();
        Captures(vec![line, batch.into_bytes(), framed.into_bytes(), several])
    }
}

impl Target for Captures {
    fn input(&mut self, draw: &mut Draw) -> Input {
        worse(draw, &self.0, 500_000)
    }

    fn seeds(&self) -> Vec<Input> {
        inputs(&self.0)
    }

    fn run(&mut self, input: &Input) -> Result<bool, String> {
        let mut visited = 0;
        let found = records(&input.bytes, &mut |_| visited += 1);
        match found.records == visited {
            true => Ok(visited > 0),
            false => Err(format!("{visited} records shown, {} told", found.records)),
        }
    }
}

/// Lines of EMF.
pub struct Lines(Vec<Vec<u8>>);

impl Lines {
    pub fn new() -> Lines {
        let metric =
            |name: &str| json!({"Name": name, "Unit": "Milliseconds", "StorageResolution": 1});
        let line = json!({
            "_aws": {"Timestamp": 1_767_323_045_000_u64, "CloudWatchMetrics": [
                {"Namespace": "Hearth", "Dimensions": [["service", "model"], []], "Metrics": [metric("a"), metric("b")]},
            ]},
            "service": "s", "model": "m", "a": 1.5, "b": [1, 2, 3], "request_id": "r",
        });
        Lines(vec![
            line.to_string().into_bytes(),
            b"{\"_aws\":{\"Timestamp\":1,\"CloudWatchMetrics\":[]}}\n".to_vec(),
        ])
    }
}

impl Target for Lines {
    fn input(&mut self, draw: &mut Draw) -> Input {
        if draw.below(2) == 0 {
            let mut value = serde_json::from_slice(&self.0[0]).unwrap();
            mutate::tree(draw, &mut value);
            return Input {
                which: 0,
                bytes: value.to_string().into_bytes(),
            };
        }
        worse(draw, &self.0, 500_000)
    }

    fn seeds(&self) -> Vec<Input> {
        inputs(&self.0)
    }

    fn mutated(&self, draw: &mut Draw, bytes: &[u8]) -> Vec<u8> {
        mutate::json(draw, bytes)
    }

    fn run(&mut self, input: &Input) -> Result<bool, String> {
        match emf::lint(&String::from_utf8_lossy(&input.bytes)) {
            Err(problems) if problems.is_empty() => Err("refused without a reason".into()),
            told => Ok(told.is_ok()),
        }
    }
}
