//! Tests of help, usage errors and invalid configurations.

use crate::project::Project;

#[test]
fn help_succeeds_and_a_usage_error_fails() {
    let project = Project::copy();
    let help = project.run(&["regen", "--help"]).with_status(0);
    assert!(
        help.out.contains("--deny-loosened") && help.out.contains("Exit status"),
        "{}",
        help.out
    );
    assert!(
        help.out.lines().all(|line| line.chars().count() <= 100),
        "{}",
        help.out
    );
    for command in [
        "regen", "login", "generate", "list", "explain", "diff", "graph", "digest", "page",
    ] {
        let help = project.run(&[command, "--help"]).with_status(0);
        for part in ["Example", "Exit status"] {
            assert!(help.out.contains(part), "no {part} in {}", help.out);
        }
        let is_narrow = |line: &str| line.chars().count() <= 100;
        assert!(help.out.lines().all(is_narrow), "{}", help.out);
    }
    let error = project.run(&["regn"]).with_status(3);
    assert!(
        error.err.contains("regen") && error.out.is_empty(),
        "{error:?}"
    );
    project
        .run(&["regen", "--offline", "--fetch"])
        .with_status(3);
}

#[test]
fn rejects_a_secret_in_the_configuration_without_printing_it() {
    let project = Project::copy();
    let config = project.text("toolsmith.toml");
    let config = config.replace("{ env = \"TRUTO_API_TOKEN\" }", "\"s3cret\"");
    project.put("toolsmith.toml", config.as_bytes());
    for arguments in [["regen", "--json"], ["list", "--json"]] {
        let ended = project.run(&arguments).with_status(3);
        assert!(ended.err.contains("toolsmith.toml, line"), "{}", ended.err);
        assert!(
            !ended.err.contains("s3cret") && !ended.out.contains("s3cret"),
            "{ended:?}"
        );
    }
}

#[test]
fn colors_follow_the_environment() {
    let project = Project::copy();
    let plain = project.run(&["list"]).with_status(0);
    assert!(!plain.out.contains('\u{1b}'));
    let colored = project
        .run_with(&[("CLICOLOR_FORCE", "1")], &["list"])
        .with_status(0);
    assert!(colored.out.contains('\u{1b}'));
    let refused = project.run_with(&[("CLICOLOR_FORCE", "0"), ("NO_COLOR", "1")], &["list"]);
    assert!(!refused.with_status(0).out.contains('\u{1b}'));
}
