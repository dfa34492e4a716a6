//! Tests of environment variables and connections.

use super::*;

#[test]
fn a_failed_connection_is_reported_with_the_address_and_its_variable() {
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
    let account = new_account(CONFIG, &variables).unwrap();
    let expected = format!("cannot connect to {base_url}: Connection refused");
    check(&account, &[&expected, "TRUTO_API_BASE_URL is correct"]);
}

#[test]
fn rejects_invalid_variables() {
    for (name, value, expected) in [
        ("TRUTO_API_BASE_URL", "http://api.truto.one", "plain HTTP"),
        ("TRUTO_API_BASE_URL", "api.truto.one", "has no scheme"),
        ("TRUTO_API_BASE_URL", "ftp://x.y", "has the scheme `ftp`"),
        (
            "TRUTO_API_BASE_URL",
            "https://me:s3cret@x.y",
            "must not contain credentials",
        ),
        (
            "TRUTO_API_TOKEN",
            "s3cret s3cret",
            "characters that are not allowed in a token",
        ),
        ("ACCOUNT", "..", "which is not an account"),
    ] {
        let mut variables = vec![("TRUTO_API_TOKEN", "s3cret"), ("ACCOUNT", "ia_1")];
        variables.retain(|(known, _)| *known != name);
        variables.push((name, value));
        let text = new_account(CONFIG, &variables).unwrap_err().to_string();
        assert!(
            text.contains(expected) && !text.contains("s3cret"),
            "{text}"
        );
    }
}

#[test]
fn lists_variables_that_are_not_set() {
    let config = Config::parse(CONFIG).unwrap();
    let missing = |variables: &[(&str, &str)]| {
        let ConfiguredSource::Truto {
            settings, filter, ..
        } = &config.catalogs[0].source
        else {
            panic!("an account");
        };
        let environment = Environment::of(variables);
        let found = Account::find("x", settings, None, filter, &environment).unwrap();
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
fn the_account_is_one_path_segment() {
    let account = new_account(
        CONFIG,
        &[
            ("TRUTO_API_KEY", "x"),
            ("ACCOUNT", "a/b?c"),
            ("TRUTO_API_BASE_URL", "https://x.y/v1/"),
        ],
    )
    .unwrap();
    assert_eq!(
        account.address(),
        "https://x.y/v1/integrated-account/a%2Fb%3Fc/tools"
    );
}

#[test]
fn https_to_a_server_without_tls_fails() {
    let server = FakeTruto::start().unwrap();
    let base_url = server.base_url().replace("http:", "https:");
    let variables = [
        ("TRUTO_API_TOKEN", "s3cret"),
        ("ACCOUNT", "ia_1"),
        ("TRUTO_API_BASE_URL", &base_url),
    ];
    let account = new_account(CONFIG, &variables).unwrap();
    check(
        &account,
        &[&format!("cannot open a secure connection to {base_url}")],
    );
    assert!(server.requests().is_empty());
}
