use super::{Keys, same};
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
    assert!(matches!(
        Keys::from_environment(&|name| (name == "HEARTH_API_KEY").then(|| " ".into())),
        Keys::Unreadable
    ));
}

#[test]
fn a_page_of_an_allowed_origin_may_ask_and_read() {
    let app = app_in(&[(
        "HEARTH_ALLOWED_ORIGINS",
        "https://a.example, https://b.example",
    )]);
    let options = Method::OPTIONS;
    let asking = headers(&[
        ("origin", "https://b.example"),
        ("access-control-request-method", "POST"),
    ]);
    let mut request = ask(&options, "/predict");
    request.headers = Some(&asking);
    let response = app.answer(&request).response;
    assert_eq!(response.status(), 204);
    let allowed = &response.headers()["access-control-allow-origin"];
    assert_eq!(allowed, "https://b.example");
    assert_eq!(response.headers()["vary"], "origin");

    let stranger = headers(&[("origin", "https://c.example")]);
    let mut request = predict(ROW);
    request.headers = Some(&stranger);
    let response = app.answer(&request).response;
    let allowed = response.headers().get("access-control-allow-origin");
    assert_eq!((response.status().as_u16(), allowed), (200, None));
    // Without the variable nothing is said of origins.
    let response = crate::testing::app().answer(&request).response;
    assert!(response.headers().get("vary").is_none());
}
