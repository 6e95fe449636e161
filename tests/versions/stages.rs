//! Versions and stages of a model under the real GTO.

use support::dvc::Project;
use tempfile::TempDir;

#[test]
fn gto_reads_the_tags_and_hearth_reads_gto_s() {
    let folder = TempDir::new().unwrap();
    let Some(project) = Project::two_versions(folder.path()) else {
        return;
    };
    let first = project
        .hearth(&["tag", "model", "--rev", "HEAD~1"])
        .success()
        .stdout;
    assert!(
        first.starts_with("  ✓  model@v0.0.1 is model.hearth at ")
            && first.contains(" (answers show "),
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
        unknown.contains("no artifact \"modle\"; model was expected; did you mean \"model\"?"),
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
        "model#dev#1\nmodel#prod#1\nmodel@v0.0.1\nmodel@v0.1.0\n"
    );

    let gto = |arguments: &[&str]| project.tool("gto", arguments).success();
    let shown = gto(&["show", "--json"]).json();
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

    // Back to the version before, and out of the stage; GTO sees the same.
    let back = project
        .hearth(&["demote", "model", "prod"])
        .success()
        .stdout;
    assert!(back.contains("model@v0.1.0 (answers show "), "{back}");
    assert!(
        back.contains("has left stage prod; model@v0.0.1 (answers show "),
        "{back}"
    );
    assert!(md5("model#prod") != project.read("model.hearth"));
    let shown = gto(&["show", "--json"]).json();
    assert_eq!(shown["model"]["stage"]["prod"], "v0.0.1", "{shown}");
    let out = project
        .hearth(&["demote", "model", "prod"])
        .success()
        .stdout;
    assert!(out.contains("no version is in it now"), "{out}");
    let shown = gto(&["show", "--json"]).json();
    assert!(shown["model"]["stage"]["prod"].is_null(), "{shown}");
    let none = project.hearth(&["demote", "model", "prod"]).stderr;
    assert!(
        none.contains("no version of \"model\" is in stage prod"),
        "{none}"
    );
    project.hearth(&["promote", "model", "prod"]).success();
    assert!(md5("model#prod") == project.read("model.hearth"));
    let shown = gto(&["show", "--json"]).json();
    assert_eq!(shown["model"]["stage"]["prod"], "v0.1.0", "{shown}");
}

#[test]
fn stages_are_declared_and_the_first_version_is_the_one_that_was_asked_for() {
    let folder = TempDir::new().unwrap();
    let Some(project) = Project::two_versions(folder.path()) else {
        return;
    };
    let first = project
        .hearth(&["tag", "model", "--bump", "minor"])
        .success()
        .stdout;
    assert!(first.contains("model@v0.1.0 is model.hearth"), "{first}");
    let refused = project.hearth(&["promote", "model", "pord"]).stderr;
    assert!(
        refused.contains(
            "\"pord\" is not a stage of this project; dev, staging or prod was expected (stages: in .gto \
             declares others); did you mean \"prod\"?"
        ),
        "{refused}"
    );
    project.write(".gto", "stages: [test, live]\n");
    project
        .hearth(&["promote", "model@v0.1.0", "live"])
        .success();
    let refused = project.hearth(&["promote", "model", "prod"]).stderr;
    assert!(refused.contains("test or live was expected"), "{refused}");
    // GTO reads the same file.
    let gto = project.tool(
        "gto",
        &["assign", "model", "--version", "v0.1.0", "--stage", "test"],
    );
    gto.success();
    assert_eq!(
        project
            .git(&["tag"])
            .lines()
            .filter(|tag| tag.contains('#'))
            .count(),
        2
    );
}
