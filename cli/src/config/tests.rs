//! Tests of valid and invalid configurations.

use super::*;

/// Returns the diagnostics of a configuration as text.
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
fn optional_keys_have_defaults() {
    let config = Config::parse(WHOLE).unwrap();
    let [catalog] = config.catalogs.as_slice() else {
        panic!("one catalog");
    };
    let Source::Truto {
        settings, filter, ..
    } = &catalog.source
    else {
        panic!("an account");
    };
    assert_eq!(
        settings.token_variables,
        ["TRUTO_API_TOKEN", "TRUTO_API_KEY"]
    );
    assert_eq!(catalog.snapshot, "catalogs/the_auth_api.json");
    assert_eq!(catalog.lock, "catalogs/the_auth_api.lock.toml");
    assert_eq!(settings.base_url, "https://api.truto.one");
    assert!(filter.has_description);
}

#[test]
fn a_separate_token_has_no_fallback() {
    let config = Config::parse(&WHOLE.replace("TRUTO_API_TOKEN", "OTHER_TOKEN")).unwrap();
    let Source::Truto { settings, .. } = &config.catalogs[0].source else {
        panic!("an account");
    };
    assert_eq!(settings.token_variables, ["OTHER_TOKEN"]);
}

#[test]
fn reports_an_unknown_key_with_its_line_and_a_suggestion() {
    let text = WHOLE.replace("account =", "acount =");
    check(
        &text,
        "unknown key `acount`\n  --> toolsmith.toml, line 4, column 1",
    );
    check(&text, "did you mean `account`?");
    check(&text, "catalog `the_auth_api` has no `account`");
    check(
        "[catalogs.a]\nkind = \"truto\"\n",
        "did you mean `catalog`?",
    );
}

#[test]
fn rejects_a_secret_without_printing_it() {
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
        "and a token in it is in every clone",
    );
}

#[test]
fn a_syntax_error_does_not_print_its_line() {
    let found = problems(&WHOLE.replace("{ env = \"TRUTO_API_TOKEN\" }", "s3cret-token"));
    assert!(!found.contains("s3cret"), "{found}");
    assert!(found.contains("toolsmith.toml, line 5"), "{found}");
}

#[test]
fn rejects_values_of_the_wrong_type() {
    check(
        &WHOLE.replace("true\n", "\"yes\"\n"),
        "`has_description` must be true or false, not a string",
    );
    check(
        &WHOLE.replace("[\"read\"]", "\"read\""),
        "`methods` must be a list of strings, not a string",
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
        "`base_url` contains credentials",
    );
    check(
        &format!("{WHOLE}snapshot = \"../x.json\"\n"),
        "is not a path from the root",
    );
    check(
        &format!("{WHOLE}snapshot = \"x.json\"\n"),
        "is not in catalogs/",
    );
    check("", "no catalogs are configured");
}

#[test]
fn reports_an_unknown_catalog_with_a_suggestion() {
    let config = Config::parse(WHOLE).unwrap();
    let error = config.named(&["the_auth_ap".to_owned()]).unwrap_err();
    assert!(
        error.to_string().contains("did you mean `the_auth_api`?"),
        "{error}"
    );
}
