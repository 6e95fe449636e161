use super::{is_of_host, is_of_loopback, without_port};
use crate::testing::{app_in, ask, headers, json, predict};
use http::Method;

const ROW: &[u8] = br#"{"text": "my parcel is late"}"#;

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
    assert_eq!((response.status().as_u16(), allowed), (403, None));
    // Without the variable nothing is said of origins.
    let response = crate::testing::app().answer(&request).response;
    assert!(response.headers().get("vary").is_none());
}

/// Status and code that a row gets that is sent with these headers.
fn sent(
    variables: &'static [(&'static str, &'static str)],
    pairs: &[(&'static str, &'static str)],
) -> (u16, String) {
    let headers = headers(pairs);
    let mut request = predict(ROW);
    request.headers = Some(&headers);
    let response = app_in(variables).answer(&request).response;
    let code = json(response.body())["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    (response.status().as_u16(), code)
}

#[test]
fn a_page_of_another_origin_gets_no_answer() {
    let foreign = (403, "foreign_origin".to_owned());
    let fine = (200, String::new());
    let host = ("host", "localhost:8080");
    for (pairs, expected) in [
        // No browser.
        (&[host][..], &fine),
        (&[host, ("origin", "http://localhost:8080")], &fine),
        (&[host, ("origin", "http://localhost:8081")], &foreign),
        (&[host, ("origin", "https://evil.example")], &foreign),
        (&[host, ("origin", "null")], &foreign),
        (&[host, ("sec-fetch-site", "same-origin")], &fine),
        (&[host, ("sec-fetch-site", "none")], &fine),
        (&[host, ("sec-fetch-site", "cross-site")], &foreign),
        (&[host, ("sec-fetch-site", "same-site")], &foreign),
        (&[host, ("sec-fetch-site", "Same-Origin")], &foreign),
        // In Lambda there is no host, and every browser says the site.
        (&[("origin", "https://a.example")], &foreign),
    ] {
        assert_eq!(&sent(&[], pairs), expected, "{pairs:?}");
    }
    let allowed = &[("HEARTH_ALLOWED_ORIGINS", "https://a.example")];
    let origin = ("origin", "https://a.example");
    let site = ("sec-fetch-site", "cross-site");
    assert_eq!(sent(allowed, &[host, origin, site]), fine);
    assert_eq!(
        sent(&[("HEARTH_ALLOWED_ORIGINS", "*")], &[host, origin, site]),
        fine
    );
}

#[test]
fn on_the_loopback_interface_only_its_names_are_answered() {
    let foreign = (421, "foreign_host".to_owned());
    let fine = (200, String::new());
    for (host, expected) in [
        ("localhost:8080", &fine),
        ("LOCALHOST", &fine),
        ("127.0.0.1:8080", &fine),
        ("[::1]:8080", &fine),
        ("model.localhost", &fine),
        ("evil.example", &foreign),
        ("evil.example:8080", &foreign),
        ("localhost.evil.example", &foreign),
        ("127.0.0.1.evil.example", &foreign),
        ("10.0.0.1", &foreign),
        ("localhost:80@evil.example", &foreign),
    ] {
        assert_eq!(&sent(&[], &[("host", host)]), expected, "{host}");
    }
    let evil = &[("host", "evil.example")];
    assert_eq!(sent(&[("HOST", "0.0.0.0")], evil), fine);
    assert_eq!(
        sent(&[("HEARTH_ALLOWED_HOSTS", "evil.example")], evil),
        fine
    );
    let among = &[("HOST", "0.0.0.0"), ("HEARTH_ALLOWED_HOSTS", "a.example")];
    assert_eq!(sent(among, evil), foreign);
    assert_eq!(sent(among, &[("host", "A.example:443")]), fine);
    // Two are two requests to two servers, to some who read them.
    let mut two = headers(&[("host", "localhost")]);
    two.append("host", "evil.example".parse().unwrap());
    let mut request = predict(ROW);
    request.headers = Some(&two);
    assert_eq!(app_in(&[]).answer(&request).response.status(), 421);
}

#[test]
fn hosts_are_taken_apart_as_they_are_written() {
    assert!(is_of_host(b"https://a.example", b"a.example:443"));
    assert!(is_of_host(b"http://A.example:80", b"a.example"));
    assert!(!is_of_host(b"https://a.example:80", b"a.example"));
    assert!(!is_of_host(b"file://a.example", b"a.example"));
    assert_eq!(without_port("[::1]:80"), "[::1]");
    assert_eq!(without_port("::1"), "::1");
    assert_eq!(without_port("a:b"), "a:b");
    assert!(is_of_loopback("127.8.9.1") && is_of_loopback("localhost."));
    assert!(!is_of_loopback("notlocalhost") && !is_of_loopback("0.0.0.0"));
}
