//! What the variables may hold, and what happens before anything is sent.

use super::*;

#[test]
fn no_server_names_the_address_and_its_variable() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let base_url = format!("http://{free}");
    let variables = [
        ("TRUTO_API_TOKEN", "s3cret"),
        ("ACCOUNT", "ia_1"),
        ("TRUTO_API_BASE_URL", &base_url),
    ];
    let access = access(CONFIG, &variables).unwrap();
    let said = format!("no server answers at {base_url}: Connection refused");
    check(&access, &[&said, "TRUTO_API_BASE_URL is right"]);
}

#[test]
fn variables_that_cannot_be_used_are_refused_before_anything_is_sent() {
    for (name, value, expected) in [
        ("TRUTO_API_BASE_URL", "http://api.truto.one", "plain http"),
        ("TRUTO_API_BASE_URL", "api.truto.one", "is not an address"),
        ("TRUTO_API_BASE_URL", "ftp://x.y", "begins with `ftp:`"),
        (
            "TRUTO_API_BASE_URL",
            "https://me:s3cret@x.y",
            "more than an address",
        ),
        (
            "TRUTO_API_TOKEN",
            "s3cret s3cret",
            "characters that no token has",
        ),
        ("ACCOUNT", "..", "which is no account"),
    ] {
        let mut variables = vec![("TRUTO_API_TOKEN", "s3cret"), ("ACCOUNT", "ia_1")];
        variables.retain(|(known, _)| *known != name);
        variables.push((name, value));
        let text = access(CONFIG, &variables).unwrap_err().to_string();
        assert!(
            text.contains(expected) && !text.contains("s3cret"),
            "{text}"
        );
    }
}

#[test]
fn what_is_not_set_is_named() {
    let config = Config::parse(CONFIG).unwrap();
    let missing = |variables: &[(&str, &str)]| {
        let Source::Truto(source) = &config.catalogs[0].source else {
            panic!("an account");
        };
        let found = Access::find("x", source, &Environment::of(variables)).unwrap();
        found.map(|_| ()).unwrap_err().variables
    };
    assert_eq!(missing(&[]), ["TRUTO_API_TOKEN", "ACCOUNT"]);
    assert_eq!(missing(&[("TRUTO_API_KEY", "x")]), ["ACCOUNT"]);
    assert_eq!(
        missing(&[("ACCOUNT", "x"), ("TRUTO_API_TOKEN", " ")]),
        ["TRUTO_API_TOKEN"]
    );
}

#[test]
fn an_account_is_one_segment_of_the_path() {
    let access = access(
        CONFIG,
        &[
            ("TRUTO_API_KEY", "x"),
            ("ACCOUNT", "a/b?c"),
            ("TRUTO_API_BASE_URL", "https://x.y/v1/"),
        ],
    )
    .unwrap();
    assert_eq!(
        access.address(),
        "https://x.y/v1/integrated-account/a%2Fb%3Fc/tools"
    );
}

#[test]
fn a_server_without_tls_is_not_asked_over_it() {
    let server = FakeTruto::start().unwrap();
    let base_url = server.base_url().replace("http:", "https:");
    let variables = [
        ("TRUTO_API_TOKEN", "s3cret"),
        ("ACCOUNT", "ia_1"),
        ("TRUTO_API_BASE_URL", &base_url),
    ];
    let access = access(CONFIG, &variables).unwrap();
    check(&access, &[&format!("no secure connection to {base_url}")]);
    assert!(server.requests().is_empty());
}
