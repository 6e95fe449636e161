//! The pipeline under the real DVC, and the model's history.

use serde_json::Value;
use support::dvc::Project;
use tempfile::TempDir;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn dvc_runs_measures_and_draws_the_pipeline() {
    let folder = TempDir::new().unwrap();
    let Some(made) = Project::two_versions(folder.path()) else {
        return;
    };
    // In a clone, where the history is all there is.
    let project = made.clone_to(&folder.path().join("clone"));
    let metrics = json(&project.dvc(&["metrics", "diff", "HEAD~1", "HEAD", "--json"]));
    let loss = &metrics["metrics.json"]["log_loss"];
    assert!(loss["new"].as_f64() > loss["old"].as_f64(), "{metrics}");
    let params = json(&project.dvc(&["params", "diff", "HEAD~1", "HEAD", "--json"]));
    assert_eq!(
        params["params.yaml"]["logistic_regression.C"]["new"], 0.1,
        "{params}"
    );
    for plot in ["confusion.csv", "roc.json", "pr.json", "reliability.json"] {
        let path = format!("plots/{plot}");
        let drawn = project.dvc(&[
            "plots",
            "diff",
            "HEAD~1",
            "HEAD",
            "--targets",
            &path,
            "--show-vega",
        ]);
        assert!(
            json(&drawn)["data"]["values"]
                .as_array()
                .is_some_and(|points| points.len() > 10),
            "{plot}: {drawn:.300}"
        );
    }
    assert!(
        project.dvc(&["repro"]).contains("train"),
        "it runs in a clone"
    );
    assert!(project.dvc(&["status"]).contains("up to date"));
    let ignored = project.git(&["ls-files"]);
    assert!(
        ignored.contains("dvc.lock")
            && ignored.contains("metrics.json")
            && !ignored.contains("model.hearth"),
        "{ignored}"
    );
}

#[test]
fn status_tells_what_dvc_would_run_again() {
    let folder = TempDir::new().unwrap();
    let Some(project) = Project::two_versions(folder.path()) else {
        return;
    };
    project.hearth(&["status", "--check"]).success();
    let params = String::from_utf8(project.read("params.yaml")).unwrap();
    project.write("params.yaml", params.replace("C: 0.1", "C: 3"));
    let mut data = project.read("data/messages.csv");
    data.extend_from_slice(b"x,my parcel,delivery\n");
    project.write("data/messages.csv", data);
    let status = project.hearth(&["status"]).success().stdout;
    assert!(status.contains("changed   data/messages.csv"), "{status}");
    assert!(
        status.contains("params.yaml: logistic_regression.C from 0.1 to 3"),
        "{status}"
    );
    let dvc = json(&project.dvc(&["status", "--json"]));
    assert!(
        dvc["train"].to_string().contains("logistic_regression"),
        "DVC says the same: {dvc}"
    );
    assert!(!project.hearth(&["status", "--check"]).status.success());
}

#[test]
fn the_log_and_the_diff_tell_versions_apart() {
    let folder = TempDir::new().unwrap();
    let Some(project) = Project::two_versions(folder.path()) else {
        return;
    };
    project
        .hearth(&["tag", "model@v1.0.0", "--rev", "HEAD~1"])
        .success();
    let log = project.hearth(&["log", "--json"]).success().stdout;
    let [newer, older] = &log.lines().map(json).collect::<Vec<_>>()[..] else {
        panic!("two versions: {log}")
    };
    assert_eq!(older["tags"][0], "model@v1.0.0");
    assert_eq!(
        newer["commit"].as_str(),
        Some(project.git(&["rev-parse", "HEAD"]).trim())
    );
    assert_eq!(
        newer["metrics"],
        json(&String::from_utf8(project.read("metrics.json")).unwrap())
    );
    assert_eq!(
        newer["size"].as_u64(),
        Some(project.read("model.hearth").len() as u64)
    );
    let shown = project.hearth(&["log"]).success().stdout;
    assert_eq!(shown.lines().count(), 3, "{shown}");
    assert!(
        shown.starts_with("commit      date        answers show  accuracy  macro F1"),
        "{shown}"
    );

    // From an answer to the commit and the tag.
    let inspected = project
        .hearth(&["inspect", "model.hearth", "--json"])
        .success()
        .json();
    assert_eq!(newer["version"], inspected["version"]);
    let version = older["version"].as_str().expect("its file is in the cache");
    assert!(shown.contains(version), "{shown}");
    let asked = ["log", "--version", version];
    let found = project.hearth(&asked).success().stdout;
    let lines: Vec<&str> = found.lines().collect();
    assert!(
        lines.len() == 2 && lines[1].ends_with("model@v1.0.0"),
        "{found}"
    );
    let digest = inspected["sha256"].as_str().unwrap();
    let by_digest = project
        .hearth(&["log", "--version", digest, "--json"])
        .success()
        .json();
    assert_eq!(by_digest["commit"], newer["commit"]);
    let none = project.hearth(&["log", "--version", "000000000000"]);
    assert!(
        none.stderr
            .contains("none of the 2 versions of model.hearth is 000000000000; the newest is "),
        "{}",
        none.stderr
    );

    // A clone has no model; the remote has.
    project.set_remote(&folder.path().join("remote").display().to_string(), "");
    project.hearth(&["push"]).success();
    project.hearth(&["push", "--rev", "HEAD~1"]).success();
    let clone = project.clone_to(&folder.path().join("clone"));
    let unknown = clone.hearth(&["log", "--json"]).success().stdout;
    assert!(
        unknown.lines().all(|line| json(line)["version"].is_null()),
        "{unknown}"
    );
    let found = clone.hearth(&asked).success().stdout;
    assert!(
        found.lines().count() == 2 && found.contains("model@v1.0.0"),
        "{found}"
    );

    // Without a remote: the cache has both.
    let diff = project
        .hearth(&["diff", "model@v1.0.0", "--json"])
        .success()
        .json();
    let rows = diff["rows"].as_array().unwrap();
    let row = |name: &str| {
        rows.iter()
            .find(|row| row["name"] == name)
            .unwrap_or_else(|| panic!("no {name}: {diff}"))
    };
    assert_eq!(row("logistic_regression.C")["b"], "0.1");
    assert_eq!(row("data sha256")["a"], row("data sha256")["b"]);
    assert!(row("log loss")["change"].as_f64() > Some(0.0));
    assert!(
        !rows.iter().any(|row| row["name"] == "seed"),
        "what is alike is not listed"
    );
    let golden = &diff["golden"];
    assert!(
        golden["rows"].as_u64() >= Some(10) && golden["same_label"].as_u64() > Some(0),
        "{golden}"
    );
    let alike = project
        .hearth(&["diff", "model.hearth", "HEAD", "--json"])
        .success()
        .json();
    assert_eq!(alike["golden"]["largest_difference"], 0.0);
    assert_eq!(alike["golden"]["same_label"], alike["golden"]["rows"]);
    assert!(
        alike["labels"]
            .as_array()
            .unwrap()
            .iter()
            .all(|label| label["gained"] == json("[]"))
    );
    let shown = project.hearth(&["diff", "HEAD~1", "HEAD"]).success().stdout;
    assert!(shown.contains("golden rows: the same label for"), "{shown}");
}
