//! A search for requests that take much: by hill climbing, with the memory and the processor time
//! that each took as the height.
//!
//! ```text
//! for each model:
//!     best <- a request of random genes
//!     repeat: request <- best with a few genes changed, or new ones
//!             if it took more memory (in even rounds; time in odd ones): best <- request
//! ```
//!
//! The first attack was made by hand, from the source; this one knows nothing of the source but the
//! shapes that the doors take.

use std::fs;
use std::path::Path;

use support::tables::Draw;

use super::process::Attacked;
use super::requests::{CSV, GZIP, JSON, LINES, gzipped};
use super::{ask, is_up, models};
use crate::options::Options;
use crate::table::Row;

/// Memory of the process.
const MEBIBYTES: usize = 128;

/// Most processor time of a request, in seconds: without optimisation, with a billion steps allowed.
const MOST_SECONDS: f64 = 60.0;

/// Number of genes of a request.
const GENES: usize = 9;

/// A request as numbers, each from 0 to below 1.
#[derive(Clone, Copy)]
struct Request([f64; GENES]);

/// Memory and processor time of a request.
#[derive(Clone, Copy, Default)]
struct Cost {
    kibibytes: usize,
    seconds: f64,
}

impl Request {
    fn new(draw: &mut Draw) -> Request {
        Request(std::array::from_fn(|_| draw.share()))
    }

    /// A copy with one to three genes changed, a little or wholly.
    fn changed(self, draw: &mut Draw) -> Request {
        let mut request = self;
        for _ in 0..=draw.below(3) {
            let gene = &mut request.0[draw.below(GENES)];
            *gene = match draw.below(2) {
                0 => draw.share(),
                _ => (*gene + 0.2 * (draw.share() - 0.5)).clamp(0.0, 0.999),
            };
        }
        request
    }

    /// One of several, by a gene.
    fn one_of<'a, T: ?Sized>(&self, gene: usize, all: &[&'a T]) -> &'a T {
        all[(self.0[gene] * all.len() as f64) as usize]
    }

    /// A number from 1 to `most`, by a gene, as often small as large.
    fn up_to(&self, gene: usize, most: f64) -> usize {
        most.powf(self.0[gene]) as usize
    }

    fn path(&self) -> &'static str {
        let doors = [
            "/predict",
            "/predict?explain=1000",
            "/predict?top=1",
            "/invocations",
            "/v2/models/wide/infer",
        ];
        self.one_of(0, &doors)
    }

    /// A value of a row, and its name.
    fn cell(&self) -> (String, String) {
        let long = self.up_to(1, 6_000_000.0);
        let repeat = |text: &str| text.repeat(long / text.len() + 1);
        let value = match (self.0[2] * 10.0) as usize {
            0 => "0".to_owned(),
            1 => "null".to_owned(),
            2 => format!("1{}", repeat("0")),
            3 => format!("\"{}\"", repeat("ab ")),
            4 => format!("\"{}\"", repeat("日")),
            5 => format!("\"{}\"", repeat("\\n")),
            6 => format!("\"{}\"", repeat("x")),
            7 => format!("[{}0]", repeat("0,")),
            8 => format!("[{}[]]", repeat("[[]],")),
            _ => format!("{{{}\"b\":0}}", repeat("\"a\":0,")),
        };
        let name = self.one_of(3, &["c0", "text", "a", "\\u0061", "", "c19"]);
        (name.to_owned(), value)
    }

    /// The body, at most 6 MB, with its content type.
    fn body(&self) -> (Vec<u8>, (&'static str, &'static str)) {
        let (name, value) = self.cell();
        let fields = self.up_to(4, 10_000.0);
        let rows = self.up_to(5, 1_000_000.0);
        let row = match (self.0[6] * 4.0) as usize {
            0 => "{}".to_owned(),
            1 => format!("{{\"{name}\":{value}}}"),
            2 => format!("[{}]", repeated(&value, fields, ",")),
            _ => value.clone(),
        };
        let list = format!("[{}]", repeated(&row, rows, ","));
        let tensor = |shape: &str, data: &str| {
            format!(
                "{{\"name\":\"{name}\",\"shape\":{shape},\"datatype\":\"FP64\",\"data\":{data}}}"
            )
        };
        let names = format!("[{}]", repeated(&format!("\"{name}\""), fields, ","));
        let (text, media) = match (self.0[7] * 9.0) as usize {
            0 => (row, JSON),
            1 => (format!("{{\"instances\":{list}}}"), JSON),
            2 => (format!("{{\"inputs\":{{\"{name}\":{list}}}}}"), JSON),
            3 => {
                let split = format!("{{\"columns\":{names},\"data\":{list}}}");
                (format!("{{\"dataframe_split\":{split}}}"), JSON)
            }
            4 => {
                let shape = format!("[{rows},{fields}]");
                (format!("{{\"inputs\":[{}]}}", tensor(&shape, &list)), JSON)
            }
            5 => {
                let all = repeated(&tensor("[1]", "[0]"), rows, ",");
                (format!("{{\"inputs\":[{all}]}}"), JSON)
            }
            6 => (repeated(&row, rows, "\n"), LINES),
            7 => {
                let header = repeated(&name, fields, ",");
                let line = repeated("1", fields, ",");
                (format!("{header}\n{}", repeated(&line, rows, "\n")), CSV)
            }
            _ => (
                format!(
                    "{{{}\"z\":0}}",
                    format!("\"{name}\":0,").repeat(rows.min(600_000))
                ),
                JSON,
            ),
        };
        let mut bytes = text.into_bytes();
        bytes.truncate(6 << 20);
        (bytes, media)
    }
}

/// A text so often, with something between; 6 MB at most.
fn repeated(text: &str, times: usize, between: &str) -> String {
    let most = (6 << 20) / (text.len() + between.len()).max(1);
    vec![text; times.min(most).max(1)].join(between)
}

/// Processor time of a process so far, in seconds: fields 14 and 15 of `/proc/PID/stat`.
fn seconds(id: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let fields = text
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    let ticks: f64 = fields
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    // SAFETY: the call takes a number and touches no memory of ours.
    ticks / unsafe { libc::sysconf(libc::_SC_CLK_TCK) } as f64
}

/// Sends a request; what it took.
fn cost(function: &Attacked, request: Request) -> Result<Cost, String> {
    let id = function.child.id();
    // The peak begins anew: proc_pid_clear_refs(5).
    let _ = fs::write(format!("/proc/{id}/clear_refs"), "5");
    let (memory, time) = (function.memory("VmRSS"), seconds(id));
    let (mut body, media) = request.body();
    let mut headers = vec![media];
    if request.0[8] < 0.7 {
        body = gzipped(&body);
        headers.push(GZIP);
    }
    let path = request.path();
    let told = || format!("{path}, {:?}", request.0);
    match ask(function.address, "POST", path, &headers, &body) {
        Ok(200 | 400..=499 | 503) => {}
        other => return Err(format!("{}: {other:?}", told())),
    }
    is_up(function, &told())?;
    let cost = Cost {
        kibibytes: function.memory("VmHWM").saturating_sub(memory),
        seconds: seconds(id) - time,
    };
    match cost.seconds > MOST_SECONDS {
        true => Err(format!("{}: {:.0} seconds", told(), cost.seconds)),
        false => Ok(cost),
    }
}

/// Runs the row.
pub fn run(folder: &Path, options: &Options) -> Vec<Row> {
    let mut row = Row::new(format!(
        "requests that a search finds by the memory and time that they take, with {MEBIBYTES} MB"
    ));
    let mut draw = Draw::new(options.seed);
    let tries = options.of(300, 40);
    let (mut most, mut slowest) = (0, 0.0f64);
    for model in [
        models::wide(folder, 20),
        models::text(folder, true),
        models::labelled(folder, 500, 20),
        models::deep(folder, 32, 1_000),
    ] {
        let steps = [("HEARTH_MAX_STEPS", "50000000".into())];
        let function = Attacked::start_within(MEBIBYTES, &model, &steps);
        // The best by memory and by time.
        let mut best = [(Request::new(&mut draw), Cost::default()); 2];
        for round in 0..tries {
            let by = round % 2;
            let request = match draw.below(4) {
                0 => Request::new(&mut draw),
                _ => best[by].0.changed(&mut draw),
            };
            match cost(&function, request) {
                Ok(cost) => {
                    let is_higher = match by {
                        0 => cost.kibibytes > best[0].1.kibibytes,
                        _ => cost.seconds > best[1].1.seconds,
                    };
                    if is_higher {
                        best[by] = (request, cost);
                    }
                    row.tried(Ok(()));
                }
                Err(finding) => {
                    row.tried(Err(finding));
                    break;
                }
            }
        }
        most = most.max(best[0].1.kibibytes);
        slowest = slowest.max(best[1].1.seconds);
    }
    row.told = format!(
        "most memory {} MB, slowest {slowest:.1} s of processor time, unoptimised",
        most >> 10
    );
    vec![row]
}
