//! `hearth predict` and `hearth train` on tables in S3 and in folders: order, ids, bad rows,
//! memory, and what a killed run leaves.

use serde_json::Value;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use storage::Location;
use support::{S3, binary, example, hearth, hearth_with};

const MODEL: &str = "model.hearth";

fn at(text: &str) -> Location {
    text.parse().unwrap()
}

/// A folder with the example model in it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(example::model(), folder.path().join(MODEL)).unwrap();
    folder
}

/// Rows whose texts have every awkward thing in turn: quotes, commas, line ends.
fn csv(rows: usize) -> String {
    let mut text = String::from("id,text\r\n");
    for row in 0..rows {
        let odd = [
            "where is my parcel",
            "\"a, b\"",
            "\"two\nlines\"",
            "\"a \"\"word\"\"\"",
        ];
        writeln!(text, "{row},{}\r", odd[row % 4]).unwrap();
    }
    text
}

/// Checks that answers have the ids 0 to `rows`, in order, each once.
#[track_caller]
fn check(answers: &str, rows: usize) {
    let mut count = 0;
    for (row, line) in answers.lines().enumerate() {
        let answer: Value = serde_json::from_str(line).unwrap();
        assert_eq!(answer["id"], row.to_string());
        count += 1;
    }
    assert_eq!(count, rows);
}

#[test]
fn order_and_ids_are_kept_over_many_blocks() {
    let folder = folder();
    fs::write(folder.path().join("t.csv"), csv(100_000)).unwrap();
    hearth(
        &folder,
        &[
            "predict", MODEL, "-i", "t.csv", "-o", "a.jsonl", "--id", "id",
        ],
    )
    .success();
    check(
        &fs::read_to_string(folder.path().join("a.jsonl")).unwrap(),
        100_000,
    );
}

#[test]
fn many_rows_are_answered_as_each_by_itself() {
    let folder = folder();
    fs::write(folder.path().join("t.csv"), csv(8)).unwrap();
    let all = hearth(&folder, &["predict", MODEL, "-i", "t.csv"])
        .success()
        .stdout;
    for (row, line) in all.lines().take(4).enumerate() {
        let text = ["where is my parcel", "a, b", "two\nlines", "a \"word\""][row];
        let json = serde_json::json!({"text": text}).to_string();
        let alone = hearth_with(&folder, &["predict", MODEL], &[], json.as_bytes()).success();
        assert_eq!(alone.stdout.trim_end(), line);
    }
}

#[test]
fn a_bad_row_stops_or_is_written_down_with_its_reason() {
    let folder = folder();
    let rows = "{\"id\":1,\"text\":\"a\"}\nnone\n{\"id\":2,\"text\":3}\n{\"text\":\"b\"}\n{\"id\":4,\"text\":\"b\"}\n";
    fs::write(folder.path().join("t.jsonl"), rows).unwrap();
    let stopped = hearth(
        &folder,
        &["predict", MODEL, "-i", "t.jsonl", "-o", "a.jsonl"],
    );
    assert!(
        stopped.stderr.starts_with("hearth: t.jsonl, line 2: "),
        "{}",
        stopped.stderr
    );
    assert!(!folder.path().join("a.jsonl").exists());
    let arguments = [
        "predict",
        MODEL,
        "-i",
        "t.jsonl",
        "-o",
        "a.csv",
        "--id",
        "id",
        "--bad-rows",
        "bad.jsonl",
    ];
    hearth(&folder, &arguments).success();
    let answers = fs::read_to_string(folder.path().join("a.csv")).unwrap();
    let ids: Vec<&str> = answers
        .lines()
        .map(|line| line.split(',').next().unwrap())
        .collect();
    assert_eq!(ids, ["id", "1", "4"]);
    let bad = fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    let lines: Vec<Value> = bad
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let told: Vec<(u64, &str)> = lines
        .iter()
        .map(|bad| {
            (
                bad["line"].as_u64().unwrap(),
                bad["given"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (2, "none"),
            (3, "{\"id\":2,\"text\":3}"),
            (4, "{\"text\":\"b\"}")
        ]
    );
    assert_eq!(
        lines[1]["reason"],
        "the field \"text\" is a number; a string was expected"
    );
    assert_eq!(lines[2]["reason"], "the id \"id\" is missing");
}

#[test]
fn behind_a_lost_quote_nothing_is_guessed() {
    let folder = folder();
    fs::write(folder.path().join("t.csv"), "text\na\n\"lost\nb\n").unwrap();
    let arguments = [
        "predict",
        MODEL,
        "-i",
        "t.csv",
        "-o",
        "a.jsonl",
        "--bad-rows",
        "bad.jsonl",
    ];
    let stopped = hearth(&folder, &arguments);
    let expected =
        "hearth: t.csv, line 3: the row that begins here has a quote that is never closed\n";
    assert_eq!(stopped.stderr, expected);
    assert!(!folder.path().join("a.jsonl").exists());
}

/// Starts `hearth` and leaves it alone.
fn start(folder: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(binary("hearth"));
    command
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Memory of a process of its own, in KiB, as the kernel counts it. The pages of the program and of the model
/// file are not in it: how many of them the kernel keeps at hand is its own choice.
fn own_memory(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

#[test]
fn a_million_rows_take_no_more_memory_than_some_blocks() {
    let folder = folder();
    fs::write(folder.path().join("t.csv"), csv(1_000_000)).unwrap();
    let arguments = [
        "predict", MODEL, "-i", "t.csv", "-o", "a.jsonl", "--top", "1", "--id", "id",
    ];
    let mut child = start(folder.path(), &arguments);
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = most.max(own_memory(child.id()).unwrap_or(0));
        thread::sleep(Duration::from_millis(20));
    }
    assert!(child.wait().unwrap().success());
    let table = fs::metadata(folder.path().join("t.csv")).unwrap().len() >> 10;
    let answers = fs::metadata(folder.path().join("a.jsonl")).unwrap().len() >> 10;
    println!("peak {most} KiB, table {table} KiB, answers {answers} KiB");
    // Blocks in flight grow with the cores: 256 KiB of rows each, and some times that of answers.
    let cores = thread::available_parallelism().unwrap().get() as u64;
    assert!(most > 1000 && most < 2_000 + cores * 8_000, "{most} KiB");
}

#[test]
fn a_run_killed_at_any_point_and_repeated_loses_and_doubles_nothing() {
    let folder = folder();
    let tables = folder.path().join("in");
    fs::create_dir(&tables).unwrap();
    const ROWS: [usize; 4] = [60_000, 1, 90_000, 30_000];
    for (index, rows) in ROWS.iter().enumerate() {
        fs::write(tables.join(format!("{index}.csv")), csv(*rows)).unwrap();
    }
    let whole = Instant::now();
    fn arguments(out: &str) -> [&str; 8] {
        ["predict", MODEL, "-i", "in", "-o", out, "--id", "id"]
    }
    hearth(&folder, &arguments("whole/")).success();
    let whole = whole.elapsed();
    let mut seen: HashMap<usize, u32> = HashMap::new();
    for point in 0..12 {
        let out = format!("out-{point}/");
        let mut child = start(folder.path(), &arguments(&out));
        // Spread over the whole run, never twice the same distance.
        thread::sleep(whole * (point * 7 % 12) / 12 + Duration::from_millis(u64::from(point)));
        child.kill().unwrap();
        child.wait().unwrap();
        let out = folder.path().join(out);
        let done = (0..ROWS.len()).filter(|index| out.join(format!("{index}.csv.jsonl")).exists());
        *seen.entry(done.count()).or_default() += 1;
        hearth(&folder, &arguments(out.to_str().unwrap())).success();
        for (index, rows) in ROWS.iter().enumerate() {
            check(
                &fs::read_to_string(out.join(format!("{index}.csv.jsonl"))).unwrap(),
                *rows,
            );
        }
    }
    println!("tables done when killed, and how often: {seen:?}");
    assert!(
        seen.len() > 1,
        "every kill fell into the same place: {seen:?}"
    );
}

/// Runs a line of shell in `folder`, with the program as `$1`; its exit status and standard error.
fn shell(folder: &Path, line: &str) -> (Option<i32>, String) {
    let mut command = Command::new("sh");
    command.args(["-c", line, "sh"]).arg(binary("hearth"));
    let finished = command.current_dir(folder).output().unwrap();
    let told = String::from_utf8(finished.stderr).unwrap();
    (finished.status.code(), told)
}

const FULL: &str = "the disk is full; make room, then do the same again\n";

#[test]
fn a_full_disk_is_told_in_one_sentence_and_no_part_stays() {
    let folder = folder();
    fs::write(folder.path().join("t.csv"), csv(20_000)).unwrap();
    let (status, told) = shell(
        folder.path(),
        "\"$1\" predict model.hearth -i t.csv >/dev/full",
    );
    assert_eq!(told, format!("hearth: standard output: {FULL}"));
    assert_eq!(status, Some(1));

    // A disk of 1 MB that only the shell sees; without root where the kernel allows that.
    let small = "unshare --user --map-root-user --mount sh -c '
        mkdir -p small && mount -t tmpfs -o size=1m none small || exit 99
        \"$1\" predict model.hearth -i t.csv -o small/a.jsonl; status=$?
        ls -A small >&2; exit $status' sh \"$1\"";
    match shell(folder.path(), small) {
        (Some(1), told) if told.starts_with("hearth: ") => {
            assert_eq!(told, format!("hearth: small/a.jsonl: {FULL}"));
        }
        (_, told) => println!("not tested with a small disk, which cannot be made here: {told}"),
    }
}

#[test]
fn a_device_takes_answers_and_stays_a_device() {
    let folder = folder();
    fs::write(folder.path().join("t.csv"), csv(1000)).unwrap();
    let line = "\"$1\" predict model.hearth -i t.csv -o /dev/";
    let (status, told) = shell(folder.path(), &format!("{line}null"));
    assert_eq!((status, told.as_str()), (Some(0), ""));
    let (status, told) = shell(folder.path(), &format!("{line}full"));
    assert_eq!(told, format!("hearth: /dev/full: {FULL}"));
    assert_eq!(status, Some(1));
    for device in ["/dev/null", "/dev/full"] {
        let kind = fs::metadata(device).unwrap().file_type();
        assert!(kind.is_char_device(), "{device}");
    }
}

#[test]
fn tables_in_s3_train_and_are_answered_as_files_are() {
    let Some(s3) = S3::start() else { return };
    s3.make_bucket("hearth-test");
    let store = s3.store();
    let place = at("s3://hearth-test/data.csv");
    store
        .put_file(&example::table(), &place, &place, &|_| ())
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let environment = s3.environment();
    let environment: Vec<(&str, &str)> = environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let run = |arguments: &[&str]| hearth_with(&folder, arguments, &environment, b"");
    let train = [
        "train",
        "--data",
        "s3://hearth-test/data.csv",
        "--target",
        "label",
        "--name",
        "m",
        "--out",
    ];
    run(&[&train[..], &["s3.hearth"]].concat()).success();
    let file = example::table().display().to_string();
    let of_file = [
        "train",
        "--data",
        &file,
        "--target",
        "label",
        "--name",
        "m",
        "--out",
        "file.hearth",
    ];
    run(&of_file).success();
    let mut to_s3 = of_file;
    to_s3[8] = "s3://hearth-test/models/m.hearth";
    let said = run(&to_s3).success().stdout;
    assert!(
        said.contains("\nNext  s3://hearth-test/models/m.hearth is written ("),
        "{said}"
    );
    let model = store
        .read_all(&at("s3://hearth-test/models/m.hearth"))
        .unwrap();
    assert!(model == fs::read(folder.path().join("file.hearth")).unwrap());
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    fs::write(folder.path().join("t.csv"), csv(50_000)).unwrap();
    store
        .put(&at("s3://hearth-test/in/t.csv"), csv(50_000).as_bytes())
        .unwrap();
    run(&[
        "predict",
        "s3.hearth",
        "-i",
        "s3://hearth-test/in/",
        "-o",
        "s3://hearth-test/out/",
        "--id",
        "id",
    ])
    .success();
    let mut answers = String::new();
    let mut reader = store.read(&at("s3://hearth-test/out/t.csv.jsonl")).unwrap();
    reader.read_to_string(&mut answers).unwrap();
    check(&answers, 50_000);
    run(&[
        "predict",
        "s3.hearth",
        "-i",
        "t.csv",
        "-o",
        "a.jsonl",
        "--id",
        "id",
    ])
    .success();
    assert!(answers.as_bytes() == read("a.jsonl"), "the answers differ");
}
