use super::same;
use crate::testing::{app_in, ask, headers, json, predict};
use http::{HeaderMap, Method};

const ROW: &[u8] = br#"{"text": "my parcel is late"}"#;

#[test]
fn keys_are_the_same_only_when_they_are() {
    assert!(same("secret", "secret"));
    for other in ["", "secre", "secrets", "secretsecret", "Secret"] {
        assert!(!same("secret", other), "{other}");
    }
}

#[test]
fn with_a_key_only_who_has_it_is_answered() {
    let app = app_in(&[("HEARTH_API_KEY", "first second")]);
    for (pairs, status) in [
        (&[][..], 401),
        (&[("x-api-key", "third")], 403),
        (&[("x-api-key", "first")], 200),
        (&[("x-api-key", "second")], 200),
        (&[("authorization", "Bearer first")], 200),
        (&[("authorization", "Basic first")], 401),
    ] {
        let headers = headers(pairs);
        let mut request = predict(ROW);
        request.headers = Some(&headers);
        let response = app.answer(&request).response;
        assert_eq!(response.status(), status, "{pairs:?}");
        let is_challenged = response.headers().contains_key("www-authenticate");
        assert_eq!(is_challenged, status == 401);
        let text = String::from_utf8(response.into_body()).unwrap();
        assert!(!text.contains("first") && !text.contains("third"));
    }
    let (none, get) = (HeaderMap::new(), Method::GET);
    for (path, status) in [("/health", 200), ("/ping", 200), ("/", 401), ("/x", 401)] {
        let mut request = ask(&get, path);
        request.headers = Some(&none);
        assert_eq!(app.answer(&request).response.status(), status, "{path}");
    }
    // Who may send a bare event is for IAM to say.
    assert_eq!(app.answer(&predict(ROW)).response.status(), 200);
}

#[test]
fn a_file_of_keys_that_cannot_be_read_lets_nobody_in() {
    let app = app_in(&[("HEARTH_API_KEY_FILE", "/nowhere/secret-place")]);
    let none = HeaderMap::new();
    let mut request = predict(ROW);
    request.headers = Some(&none);
    let response = app.answer(&request).response;
    assert_eq!(response.status(), 503);
    assert_eq!(json(response.body())["code"], "keys_unavailable");
    // A load balancer and the log tell it, too.
    let health = app.answer(&ask(&Method::GET, "/health")).response;
    assert_eq!(health.status(), 503);
    let detail = json(health.body())["detail"].to_string();
    assert!(detail.contains("HEARTH_API_KEY_FILE"), "{detail}");
    assert!(!detail.contains("secret-place"), "{detail}");
}

#[test]
fn comments_in_a_file_of_keys_are_no_keys() {
    let path = std::env::temp_dir().join(format!("hearth-keys-{}", std::process::id()));
    std::fs::write(&path, "# the first\nalpha\n  #beta\ngamma # delta\n").unwrap();
    let variables = [(
        "HEARTH_API_KEY_FILE",
        &*path.to_str().unwrap().to_owned().leak(),
    )];
    let app = app_in(variables.to_vec().leak());
    for (key, status) in [("alpha", 200), ("gamma", 200), ("#beta", 403), ("the", 403)] {
        let headers = headers(&[("x-api-key", key)]);
        let mut request = predict(ROW);
        request.headers = Some(&headers);
        assert_eq!(app.answer(&request).response.status(), status, "{key}");
    }
    std::fs::remove_file(path).unwrap();
}
