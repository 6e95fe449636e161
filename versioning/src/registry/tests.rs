use super::*;

#[test]
fn tags_are_read_as_gto_reads_them() {
    let stage = |is_taken_back, count| {
        Some(Tag::Stage {
            model: "model".into(),
            stage: "prod".into(),
            is_taken_back,
            count,
        })
    };
    assert_eq!(Tag::parse("model#prod#3"), stage(false, 3));
    assert_eq!(Tag::parse("model#prod!#4"), stage(true, 4));
    assert_eq!(Tag::parse("model#prod"), stage(false, 0));
    let version = Some(Tag::Version {
        model: "model".into(),
        version: Version(1, 2, 0),
        is_taken_back: false,
        count: 0,
    });
    assert_eq!(Tag::parse("model@v1.2.0"), version);
    for other in [
        "v1.2.0",
        "model@1.2.0",
        "model@v1.2",
        "model@v01.2.0",
        "model@v1.2.0#prod",
        "#prod",
        "model#",
    ] {
        assert_eq!(Tag::parse(other), None, "{other}");
    }
}

#[test]
fn the_last_word_counts() {
    let names = [
        "m@v1.0.0",
        "m@v1.10.0",
        "m@v1.9.0",
        "m@v1.9.0!#2",
        "m#prod#1",
        "m#prod#3",
        "m#dev#2",
        "m#dev!#4",
    ];
    let commits = ["a", "c", "b", "b", "a", "c", "a", "a"];
    let tags = names
        .iter()
        .zip(commits)
        .map(|(name, commit)| (name.to_string(), commit.to_string()));
    let registry = Registry::of(&tags.collect::<Vec<_>>());
    assert_eq!(
        registry.versions("m"),
        [(Version(1, 0, 0), "a"), (Version(1, 10, 0), "c")]
    );
    assert_eq!(
        registry.stages("m"),
        [("prod".to_string(), "c".to_string())]
    );
    let next = ["prod", "dev", "qa"].map(|stage| registry.next_count("m", stage));
    assert_eq!(next, [4, 5, 1]);
}
