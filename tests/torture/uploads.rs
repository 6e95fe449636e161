//! Uploads in parts that fail midway, under `hearth push` and `hearth predict`: there is no object
//! afterwards, or a whole one, and S3 keeps no parts that nobody will complete.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use support::tables::write;
use support::{example, hearth, hearth_with};

use crate::options::Options;
use crate::project::Project;
use crate::s3::{BadS3, Mood, Step};
use crate::table::Row;
use crate::transfers::{FAILED, SLOW_DOWN, judge};

/// Required end of a run.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Done,
    /// With a sentence.
    Failed,
    /// One or the other: whoever is told nothing cannot know.
    Either,
}

/// Behaviour of S3 at a step, and its number of requests.
const CASES: [(&str, Step, Mood, usize, End); 11] = [
    ("a part: 500 twice", Step::Part, FAILED, 2, End::Done),
    ("a part: 503 twice", Step::Part, SLOW_DOWN, 2, End::Done),
    ("a part: no word", Step::Part, Mood::Closed, 2, End::Done),
    (
        "a part: 500 for ever",
        Step::Part,
        FAILED,
        usize::MAX,
        End::Failed,
    ),
    (
        "a part: 403",
        Step::Part,
        Mood::Status(403, "AccessDenied"),
        usize::MAX,
        End::Failed,
    ),
    (
        "the begin: 503 for ever",
        Step::Begin,
        SLOW_DOWN,
        usize::MAX,
        End::Failed,
    ),
    (
        "the completion: 503 twice",
        Step::Completion,
        SLOW_DOWN,
        2,
        End::Done,
    ),
    (
        "the completion: 200 and an error",
        Step::Completion,
        Mood::Within,
        1,
        End::Done,
    ),
    (
        "the same for ever",
        Step::Completion,
        Mood::Within,
        usize::MAX,
        End::Failed,
    ),
    (
        "the completion: done, and no word",
        Step::Completion,
        Mood::Unsaid,
        1,
        End::Either,
    ),
    (
        "all: 503 for ever",
        Step::All,
        SLOW_DOWN,
        usize::MAX,
        End::Failed,
    ),
];

/// Sender, and the object that must arrive.
struct Sender<'a> {
    server: &'a BadS3,
    folder: &'a Path,
    arguments: &'a [&'a str],
    key: String,
    whole: Vec<u8>,
}

impl Sender<'_> {
    fn run(&self, what: &str, options: &Options) -> Row {
        let mut row = Row::new(what);
        let environment = self.server.environment();
        let environment: Vec<(&str, &str)> = environment
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let mut longest = Duration::ZERO;
        // Those that fail for ever take the time of all retries.
        let is_seldom = |what: &str| what.starts_with("all") || what.starts_with("the begin");
        for (what, step, mood, count, end) in CASES {
            if options.is_short && is_seldom(what) {
                continue;
            }
            self.server.set(&self.key, None);
            self.server.be_at(step, mood, count);
            let start = Instant::now();
            let finished = hearth_with(self.folder, self.arguments, &environment, b"");
            longest = longest.max(start.elapsed());
            let found = self.server.get(&self.key);
            let is_there = found.is_some();
            let result = match (finished.status.success(), end) {
                _ if found.is_some_and(|found| found != self.whole) => {
                    Err(format!("{what}: another object is there"))
                }
                (true, End::Failed) => Err(format!("{what}: done all the same")),
                (true, _) if !is_there => Err(format!("{what}: done, and nothing is there")),
                (true, _) => Ok(()),
                (false, End::Done) => Err(format!("{what}: {}", finished.stderr.trim())),
                (false, _) => judge(what, &finished, start),
            };
            let left = self.server.forget_uploads();
            // Where S3 refuses everything, it does not let go of parts either.
            let is_kept = left > 0 && step != Step::All;
            self.server.be(Mood::Good, 0);
            let again = hearth_with(self.folder, self.arguments, &environment, b"");
            let next = match again.status.success() {
                true if self.server.get(&self.key).as_ref() == Some(&self.whole) => Ok(()),
                _ => Err(format!("{what}: the next run: {}", again.stderr.trim())),
            };
            let parts = match is_kept {
                true => Err(format!("{what}: {left} uploads are left")),
                false => Ok(()),
            };
            row.tried(result.and(next).and(parts));
        }
        row.told = format!("the longest run took {} s", longest.as_secs());
        row
    }
}

/// `hearth push` of a file of several parts.
pub fn push(folder: &Path, options: &Options) -> Row {
    let folder = folder.join("upload-push");
    let project = Project::new(&folder, "s3://models/dvc");
    let whole = project.content_of(3, 20 << 20);
    project.track(&whole);
    project.cache(&whole);
    let sender = Sender {
        server: &BadS3::start(),
        folder: &folder,
        arguments: &["push"],
        key: format!("dvc/{}", project.key(&whole)),
        whole,
    };
    sender.run(
        "uploads in parts that S3 refuses at some step, under `hearth push`",
        options,
    )
}

/// `hearth predict`, whose answers are several parts.
pub fn predict(folder: &Path, options: &Options) -> Row {
    let folder = folder.join("upload-predict");
    fs::create_dir_all(&folder).unwrap();
    let rows: String = (0..ROWS)
        .map(|row| format!("{row},where is my parcel {}\n", row % 97))
        .collect();
    write(&folder, "t.csv", &format!("id,text\n{rows}"));
    let model = example::model().display().to_string();
    let arguments = |to| ["predict", &model, "-i", "t.csv", "-o", to, "--id", "id"];
    hearth(&folder, &arguments("a.jsonl")).success();
    let whole = fs::read(folder.join("a.jsonl")).unwrap();
    assert!(whole.len() > 2 * PART, "{} bytes are few", whole.len());
    let sender = Sender {
        server: &BadS3::start(),
        folder: &folder,
        arguments: &arguments("s3://models/answers.jsonl"),
        key: "answers.jsonl".into(),
        whole,
    };
    sender.run("the same under `hearth predict`", options)
}

/// Bytes of a part.
const PART: usize = 8 << 20;

/// Rows whose answers are more than two parts.
pub const ROWS: usize = 80_000;
