use super::*;

#[test]
fn paths_stay_inside() {
    assert_eq!(below("", "model.hearth").unwrap(), "model.hearth");
    assert_eq!(below("a/b", "../c/./d").unwrap(), "a/c/d");
    for path in [
        "../x",
        "a/../../x",
        "/etc/passwd",
        ".git/hooks/post-checkout",
    ] {
        assert!(below("", path).is_err(), "{path}");
    }
}
