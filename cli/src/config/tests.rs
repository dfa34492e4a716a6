//! What `toolsmith.toml` may say, and what is said of what it may not.

use super::*;

/// The diagnostics of a text, as a person reads them.
fn problems(text: &str) -> String {
    Config::parse(text).expect_err("a problem").to_string()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let found = problems(text);
    assert!(found.contains(expected), "{found}");
}

const WHOLE: &str = r#"
[catalog.the_auth_api]
kind = "truto"
account = { env = "THE_AUTH_API_ACCOUNT_ID" }
token = { env = "TRUTO_API_TOKEN" }
methods = ["read"]
has_description = true
"#;

#[test]
fn what_is_left_out_has_a_place() {
    let config = Config::parse(WHOLE).unwrap();
    let [catalog] = config.catalogs.as_slice() else {
        panic!("one catalog");
    };
    let Source::Truto(source) = &catalog.source else {
        panic!("an account");
    };
    assert_eq!(source.token_variables, ["TRUTO_API_TOKEN", "TRUTO_API_KEY"]);
    assert_eq!(catalog.snapshot, "catalogs/the_auth_api.json");
    assert_eq!(catalog.lock, "catalogs/the_auth_api.lock.toml");
    assert_eq!(source.base_url, "https://api.truto.one");
    assert_eq!(source.filter.has_description, Some(true));
}

#[test]
fn a_token_of_its_own_has_no_fallback() {
    let config = Config::parse(&WHOLE.replace("TRUTO_API_TOKEN", "OTHER_TOKEN")).unwrap();
    let Source::Truto(source) = &config.catalogs[0].source else {
        panic!("an account");
    };
    assert_eq!(source.token_variables, ["OTHER_TOKEN"]);
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_the_nearest() {
    let text = WHOLE.replace("account =", "acount =");
    check(
        &text,
        "unknown key `acount`\n  --> toolsmith.toml, line 4, column 1",
    );
    check(&text, "is `account` meant?");
    check(&text, "catalog `the_auth_api` has no `account`");
    check("[catalogs.a]\nkind = \"truto\"\n", "is `catalog` meant?");
}

#[test]
fn a_secret_is_refused_and_never_shown() {
    for secret in [
        "\"s3cret-token\"",
        "{ env = \"s3cret-token\" }",
        "{ value = \"s3cret-token\" }",
    ] {
        let found = problems(&WHOLE.replace("{ env = \"TRUTO_API_TOKEN\" }", secret));
        assert!(!found.contains("s3cret"), "{found}");
        assert!(found.contains("line 5"), "{found}");
    }
    check(
        &WHOLE.replace("{ env = \"TRUTO_API_TOKEN\" }", "\"s3cret-token\""),
        "a token in it is a token in every clone",
    );
}

#[test]
fn a_slip_in_the_syntax_does_not_show_its_line() {
    let found = problems(&WHOLE.replace("{ env = \"TRUTO_API_TOKEN\" }", "s3cret-token"));
    assert!(!found.contains("s3cret"), "{found}");
    assert!(found.contains("toolsmith.toml, line 5"), "{found}");
}

#[test]
fn values_of_other_types_are_refused() {
    check(
        &WHOLE.replace("true\n", "\"yes\"\n"),
        "`has_description` is to be true or false, and is a string",
    );
    check(
        &WHOLE.replace("[\"read\"]", "\"read\""),
        "`methods` is to be a list of strings, and is a string",
    );
    check(
        &WHOLE.replace("\"truto\"", "\"trutto\""),
        "unknown kind `trutto`",
    );
    check(
        &WHOLE.replace("the_auth_api]", "default]"),
        "`default` cannot be the name of a catalog",
    );
    check(
        &format!("{WHOLE}base_url = \"https://me:pw@x.y\"\n"),
        "`base_url` holds credentials",
    );
    check(
        &format!("{WHOLE}snapshot = \"../x.json\"\n"),
        "is no path from the root",
    );
    check(
        &format!("{WHOLE}snapshot = \"x.json\"\n"),
        "is not in catalogs/",
    );
    check("", "no catalog is named");
}

#[test]
fn an_unknown_catalog_is_answered_with_those_that_exist() {
    let config = Config::parse(WHOLE).unwrap();
    let error = config.named(&["the_auth_ap".to_owned()]).unwrap_err();
    assert!(
        error.to_string().contains("is `the_auth_api` meant?"),
        "{error}"
    );
}
