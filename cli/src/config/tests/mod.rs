//! Tests of valid and invalid configurations.

mod documentation;

use super::*;
use crate::program::Program;
use toolsmith_codegen::options::{Enums, Features};

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
    let ConfiguredSource::Truto {
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
    let ConfiguredSource::Truto { settings, .. } = &config.catalogs[0].source else {
        panic!("an account");
    };
    assert_eq!(settings.token_variables, ["OTHER_TOKEN"]);
}

#[test]
fn an_unknown_key_is_the_only_error_that_follows_from_a_typo() {
    for (keys, expected) in [
        (
            "knd = \"mcp\"\nurl = \"https://a.test\"",
            "unknown key `knd`",
        ),
        (
            "kind = \"mcp\"\ncomand = \"npx\"\nargs = [\"a\"]",
            "unknown key `comand`",
        ),
        ("command = \"npx\"", "add kind = \"mcp\""),
        ("file = \"a.json\"", "add kind = \"functions\""),
        ("account = { env = \"A\" }", "add kind = \"truto\""),
    ] {
        let text = format!("[catalog.files]\n{keys}\n");
        check(&text, expected);
        assert_eq!(
            Config::parse(&text).unwrap_err().iter().count(),
            1,
            "{keys}"
        );
    }
    check("[catalog.a]\nknd = \"mcp\"", "did you mean `kind`?");
    check("[catalog.my-files]\nkind = \"mcp\"", "such as `my_files`");
    check(
        "[catalog.a]\nkind = \"x\"",
        "the kinds are `truto`, `mcp` and `functions`",
    );
}

#[test]
fn reports_an_unknown_key_with_its_line_and_a_suggestion() {
    let text = WHOLE.replace("account =", "acount =");
    check(
        &text,
        "unknown key `acount`\n  --> toolsmith.toml, line 4, column 1",
    );
    check(&text, "did you mean `account`?");
    let errors = Config::parse(&text).unwrap_err().to_string();
    assert!(!errors.contains("has no `account`"), "{errors}");
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
    for name in [
        "lib",
        "std",
        "rustfmt",
        "toolsmith_runtime",
        "bin",
        "com1",
        "r_",
        "type",
    ] {
        check(
            &WHOLE.replace("the_auth_api]", &format!("{name}]")),
            "cannot be the name of a catalog",
        );
    }
    // In a module of a crate, fewer names clash.
    let nested = |name: &str| {
        let whole = WHOLE.replace("the_auth_api]", &format!("{name}]"));
        format!("module = \"src/tools\"\n{whole}")
    };
    for name in ["lib", "main", "diagnostic"] {
        assert!(Config::parse(&nested(name)).is_ok(), "{name}");
    }
    for name in ["runtime", "rustfmt", "com1", "type"] {
        check(&nested(name), "cannot be the name of a catalog");
    }
}

#[test]
fn a_project_may_have_no_catalogs() {
    for text in ["", "version = \"0.1.0\"\n"] {
        assert_eq!(Config::parse(text).unwrap().catalogs, []);
    }
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

#[test]
fn the_code_is_in_the_crate_generated_by_default() {
    let config = Config::parse(WHOLE).unwrap();
    assert_eq!(config.project, ProjectConfig::default());
    let target = TargetConfig::Crate("generated".to_owned());
    assert_eq!(config.project.target, target);
}

#[test]
fn parses_the_keys_of_the_project() {
    let project = |text: &str| {
        let parsed = Config::parse(&format!("{text}\n{WHOLE}"));
        parsed
            .unwrap_or_else(|problems| panic!("{problems}"))
            .project
    };
    let target = |text: &str| project(text).target;
    let in_crate = |folder: &str| TargetConfig::Crate(folder.to_owned());
    assert_eq!(
        target("crate = \"./crates/auth-tools/\""),
        in_crate("crates/auth-tools")
    );
    assert_eq!(target("crate = \".\""), in_crate("."));
    let module = TargetConfig::Module("app/src/agent/tools".to_owned());
    assert_eq!(target("module = \"app/src/agent/tools\""), module);
    let all = project(
        "version = \"0.1.0\"\ncrate_name = \"auth-tools\"\ncommand = \"cargo xtask\"\nfeatures = \"resources\"\nenums = \"exhaustive\"",
    );
    assert_eq!(all.version.as_deref(), Some("0.1.0"));
    assert_eq!(all.crate_name.as_deref(), Some("auth_tools"));
    assert_eq!(all.command, Some(Program::CargoXtask));
    assert_eq!(all.features, Some(Features::Resources));
    assert_eq!(all.enums, Enums::Exhaustive);
}

#[test]
fn parses_every_source_of_the_runtime() {
    let version = || Some("0.1".to_owned());
    let git = |reference| RuntimeSource::Git {
        url: "https://x.y/z".to_owned(),
        reference,
        version: None,
    };
    let tag = GitReference {
        key: "tag",
        name: "v1".to_owned(),
    };
    let path = |version| RuntimeSource::Path {
        path: "../toolsmith/runtime".to_owned(),
        version,
    };
    for (text, expected) in [
        ("\"0.1\"", RuntimeSource::Version("0.1".to_owned())),
        (
            "{ version = \"0.1\" }",
            RuntimeSource::Version("0.1".to_owned()),
        ),
        ("{ path = \"../toolsmith/runtime\" }", path(None)),
        (
            "{ path = \"../toolsmith/runtime/\", version = \"0.1\" }",
            path(version()),
        ),
        ("{ git = \"https://x.y/z\" }", git(None)),
        ("{ git = \"https://x.y/z\", tag = \"v1\" }", git(Some(tag))),
        ("{ workspace = true }", RuntimeSource::Workspace),
    ] {
        let config = Config::parse(&format!("runtime = {text}\n{WHOLE}")).unwrap();
        assert_eq!(config.project.runtime, Some(expected), "{text}");
    }
}

#[test]
fn rejects_wrong_keys_of_the_project() {
    for (text, expected) in [
        ("crat = \"a\"", "did you mean `crate` or `crate_name`?"),
        ("crate = \"../a\"", "without `..`: crates/tools"),
        (
            "crate = \"a\"\nmodule = \"src/b\"",
            "the file has `crate` and `module`",
        ),
        (
            "module = \"tools\"",
            "`module` is not the folder of a module: `tools`",
        ),
        ("module = \"src\"", "`module` is not the folder of a module"),
        (
            "module = \"src/my-tools\"",
            "`module` is not the folder of a module",
        ),
        (
            "module = \"src/type\"",
            "`module` is not the folder of a module",
        ),
        (
            "version = \"1\"",
            "`version` is not a version of Toolsmith: `1`",
        ),
        (
            "crate_name = \"a b\"",
            "`crate_name` is not the name of a crate",
        ),
        (
            "command = \"cargo toolsmit\"",
            "did you mean `cargo toolsmith`",
        ),
        ("features = \"resource\"", "did you mean `resources`?"),
        ("enums = \"closed\"", "unknown value `closed` of `enums`"),
        ("runtime = true", "`runtime` must be a version or a table"),
        ("runtime = {}", "`runtime` does not name one source"),
        (
            "runtime = { path = \"a\", git = \"b\" }",
            "`runtime` does not name one source",
        ),
        (
            "runtime = { git = \"b\", tag = \"c\", rev = \"d\" }",
            "`runtime` does not name one source",
        ),
        (
            "runtime = { path = \"a\", rev = \"d\" }",
            "`runtime` does not name one source",
        ),
        (
            "runtime = { git = \"git@x.y:z\" }",
            "write https://HOST/PATH or ssh://git@HOST/PATH",
        ),
        (
            "runtime = { workspace = false }",
            "`runtime.workspace` must be true",
        ),
        ("runtime = { pth = \"a\" }", "unknown key `runtime.pth`"),
    ] {
        check(&format!("{text}\n{WHOLE}"), expected);
    }
}

#[test]
fn a_catalog_selects_tools_by_patterns() {
    let config = Config::parse(&format!(
        "{WHOLE}include = [\"api_keys\", \"list_*\"]\nexclude = [\"*_legacy\"]\n"
    ));
    let selection = config.unwrap().catalogs.remove(0).selection;
    assert!(selection.selects("rotate_key", &["api_keys"]));
    assert!(selection.selects("list_projects", &["projects"]));
    assert!(!selection.selects("get_project", &["projects"]));
    assert!(!selection.selects("authenticate_legacy", &["api_keys"]));
    check(
        &format!("{WHOLE}include = [\"list_[\"]\n"),
        "`include` has an invalid pattern",
    );
    check(&format!("{WHOLE}exclude = []\n"), "`exclude` is empty");
}

#[test]
fn a_project_without_catalogs_is_valid_if_it_has_other_keys() {
    let config = Config::parse("crate = \"tools\"\n").unwrap();
    assert!(config.catalogs.is_empty());
}
