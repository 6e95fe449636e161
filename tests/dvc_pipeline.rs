//! The pipeline under the real DVC, the model's history, and its versions under the real GTO.

use serde_json::Value;
use support::dvc::Project;
use tempfile::TempDir;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Two versions: the example's, and one with C = 0.1.
fn two_versions(folder: &TempDir) -> Option<Project> {
    let project = Project::new(&folder.path().join("made"), &[])?;
    project.dvc(&["repro", "--quiet"]);
    project.commit("first");
    project.dvc(&["exp", "run", "--quiet", "-S", "logistic_regression.C=0.1"]);
    project.commit("second");
    Some(project)
}

#[test]
fn dvc_runs_measures_and_draws_the_pipeline() {
    let folder = TempDir::new().unwrap();
    let Some(made) = two_versions(&folder) else {
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
    let Some(project) = two_versions(&folder) else {
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
    let Some(project) = two_versions(&folder) else {
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
    assert_eq!(project.hearth(&["log"]).success().stdout.lines().count(), 3);

    // Without a remote: the cache has both.
    let diff = json(
        &project
            .hearth(&["diff", "model@v1.0.0", "--json"])
            .success()
            .stdout,
    );
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
    let alike = json(
        &project
            .hearth(&["diff", "model.hearth", "HEAD", "--json"])
            .success()
            .stdout,
    );
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

#[test]
fn gto_reads_the_tags_and_hearth_reads_gto_s() {
    let folder = TempDir::new().unwrap();
    let Some(project) = two_versions(&folder) else {
        return;
    };
    let first = project
        .hearth(&["tag", "model", "--rev", "HEAD~1"])
        .success()
        .stdout;
    assert!(
        first.starts_with("model@v0.0.1 is model.hearth at "),
        "{first}"
    );
    project
        .hearth(&["tag", "model", "--bump", "minor"])
        .success();
    assert!(
        !project.hearth(&["tag", "model"]).status.success(),
        "a commit has one version"
    );
    let unknown = project.hearth(&["tag", "modle"]).stderr;
    assert!(
        unknown.contains("no artifact \"modle\"; model was expected"),
        "{unknown}"
    );
    project
        .hearth(&["promote", "model@v0.0.1", "prod"])
        .success();
    project.hearth(&["promote", "model", "dev"]).success();
    let again = project
        .hearth(&["promote", "model@v0.0.1", "prod"])
        .success()
        .stdout;
    assert!(again.contains("already"), "{again}");
    assert_eq!(
        project.git(&["tag"]),
        "model#dev#2\nmodel#prod#1\nmodel@v0.0.1\nmodel@v0.1.0\n"
    );

    let gto = |arguments: &[&str]| project.tool("gto", arguments).success().stdout;
    let shown = json(&gto(&["show", "--json"]));
    assert_eq!(shown["model"]["version"], "v0.1.0", "{shown}");
    assert_eq!(shown["model"]["stage"]["prod"], "v0.0.1", "{shown}");
    assert_eq!(shown["model"]["stage"]["dev"], "v0.1.0", "{shown}");

    gto(&["assign", "model", "--version", "v0.1.0", "--stage", "prod"]);
    let md5 = |revision: &str| {
        let out = folder.path().join("pulled.hearth");
        project
            .hearth(&[
                "pull",
                "--rev",
                revision,
                "model.hearth",
                "-o",
                out.to_str().unwrap(),
            ])
            .success();
        std::fs::read(out).unwrap()
    };
    assert!(md5("model#prod") == project.read("model.hearth"));
    assert!(md5("model@v0.0.1") != project.read("model.hearth"));
    assert!(md5("model@latest") == project.read("model.hearth"));
    let none = project
        .hearth(&["pull", "--rev", "model#qa", "model.hearth"])
        .stderr;
    assert!(
        none.contains("no version of \"model\" is in stage \"qa\"; hearth promote"),
        "{none}"
    );
}
