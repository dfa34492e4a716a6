//! Tests of help, completions, colors and usage errors.

use super::fresh::{FUNCTIONS, Fresh};

#[test]
fn help_lists_every_command_by_group() {
    let fresh = Fresh::with(&[]);
    let help = fresh.run(&["--help"]).with_status(0).out;
    let positions = [
        "Set up:",
        "  init ",
        "  add ",
        "  remove ",
        "Keep up to date:",
        "  regen ",
        "  check ",
        "  upgrade ",
        "Look:",
        "  list ",
        "Other:",
        "  completions ",
        "Options:",
        "Examples:",
        "Exit status:",
    ];
    let mut last = 0;
    for part in positions {
        let found = help
            .find(part)
            .unwrap_or_else(|| panic!("no {part} in {help}"));
        assert!(found > last, "{part} in {help}");
        last = found;
    }
    for command in [
        "init",
        "add",
        "remove",
        "regen",
        "check",
        "upgrade",
        "generate",
        "list",
        "explain",
        "graph",
        "digest",
        "completions",
    ] {
        let long = fresh.run(&[command, "--help"]).with_status(0).out;
        let asked = fresh.run(&["help", command]).with_status(0).out;
        assert_eq!(long, asked);
        for part in ["Examples:", "Exit status:", "Usage: toolsmith "] {
            assert!(long.contains(part), "no {part} in {long}");
        }
        for line in long.lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }
    for kind in ["truto", "mcp", "functions"] {
        let help = fresh.run(&["add", kind, "--help"]).with_status(0).out;
        for part in ["Examples:", "Exit status:", "Usage: toolsmith add "] {
            assert!(help.contains(part), "no {part} in {help}");
        }
        for line in help.lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }
}

#[test]
fn prints_completions_of_every_shell() {
    let fresh = Fresh::with(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = fresh.run(&["completions", shell]).with_status(0).out;
        for word in ["upgrade", "skip-unreadable"] {
            assert!(script.contains(word), "no {word} for {shell}");
        }
    }
    let unknown = fresh.run(&["completions", "tcsh"]).with_status(3);
    assert!(unknown.err.contains("powershell"), "{}", unknown.err);
}

#[test]
fn colors_follow_the_option_and_the_environment() {
    let fresh = Fresh::project();
    let has_color = |variables: &[(&str, &str)], arguments: &[&str]| {
        let ended = fresh.run_in("", variables, arguments).with_status(0);
        ended.out.contains('\u{1b}')
    };
    assert!(!has_color(&[], &["init"]));
    assert!(has_color(&[], &["init", "--color", "always"]));
    assert!(has_color(&[("CLICOLOR_FORCE", "1")], &["init"]));
    assert!(!has_color(
        &[("CLICOLOR_FORCE", "1")],
        &["init", "--color", "never"]
    ));
    assert!(!has_color(&[("NO_COLOR", "1")], &["init"]));
    assert!(!has_color(&[("NO_COLOR", "1")], &["--help"]));
}

#[test]
fn a_usage_error_is_also_json() {
    let fresh = Fresh::project();
    for arguments in [
        &["add", "mcp", "--json"][..],
        &["regn", "--json"],
        &["remove", "none", "--json"],
    ] {
        let failure = fresh.run(arguments).with_status(3).json();
        assert_eq!(failure["exit_status"], 3);
        let what = failure["error"]["problems"][0]["what"].as_str().unwrap();
        assert!(!what.is_empty() && !what.contains('\n'), "{what}");
    }
}

#[test]
fn the_subcommand_of_cargo_names_itself_and_writes_the_same_code() {
    let [one, other] = [Fresh::package(), Fresh::package()];
    let init = one.run_as_subcommand(&["init"]).with_status(0);
    assert!(init.out.contains("cargo toolsmith add mcp"), "{}", init.out);
    let help = one.run_as_subcommand(&["init", "--help"]).with_status(0);
    assert!(
        help.out.contains("Usage: cargo toolsmith init"),
        "{}",
        help.out
    );
    let add = ["add", "functions", "rooms", "--file", "functions.json"];
    one.run_as_subcommand(&add).with_status(0);
    other.run(&["init"]).with_status(0);
    other.run(&add).with_status(0);
    assert_eq!(
        crate::project::changed(&one.files(), &other.files()),
        [""; 0]
    );
}

#[test]
fn a_directory_without_a_project_is_one_error() {
    let fresh = Fresh::with(&[]);
    for command in ["regen", "check", "list", "upgrade"] {
        let ended = fresh.run(&[command]).with_status(3);
        assert!(
            ended.err.contains("there is no toolsmith.toml"),
            "{}",
            ended.err
        );
        assert!(ended.err.contains("with: toolsmith init"), "{}", ended.err);
    }
    assert!(fresh.files().is_empty());
}

#[test]
fn a_project_without_catalogs_says_how_to_add_one() {
    let fresh = Fresh::project();
    for command in [
        &["list"][..],
        &["graph"],
        &["page"],
        &["digest"],
        &["regen"],
        &["check"],
    ] {
        let ended = fresh.run(command).with_status(0);
        assert!(ended.err.contains("no catalogs yet"), "{ended:?}");
        assert!(ended.err.contains("toolsmith add --help"), "{ended:?}");
    }
    let ended = fresh.run(&["remove", "rooms"]).with_status(3);
    assert!(
        ended
            .err
            .contains("there are no catalogs in toolsmith.toml yet"),
        "{}",
        ended.err
    );
}

#[test]
fn the_last_catalog_of_a_bare_configuration_is_removed() {
    let fresh = Fresh::with(&[
        (
            "toolsmith.toml",
            "[catalog.rooms]\nkind = \"functions\"\nfile = \"functions.json\"\n",
        ),
        ("functions.json", FUNCTIONS),
        (
            "generated/Cargo.toml",
            "[package]\nname = \"generated\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\ntoolsmith-runtime = \"0.1.0\"\n",
        ),
    ]);
    fresh.run(&["regen"]).with_status(0);
    fresh.run(&["remove", "rooms"]).with_status(0);
    let ended = fresh.run(&["regen"]).with_status(0);
    assert!(ended.err.contains("no catalogs yet"), "{}", ended.err);
}

#[test]
fn a_server_without_an_address_names_all_ways_to_give_one() {
    let fresh = Fresh::project();
    let ended = fresh.run(&["add", "mcp", "notes"]).with_status(3);
    for option in ["--url <URL>", "--url-env <VARIABLE>", "--command <PROGRAM>"] {
        assert!(ended.err.contains(option), "no {option} in {}", ended.err);
    }
}

#[test]
fn a_module_at_the_root_of_a_workspace_names_the_folder_to_run_in() {
    let fresh = Fresh::with(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n"),
        ("crates/app/Cargo.toml", super::fresh::PACKAGE),
        ("crates/app/src/lib.rs", ""),
    ]);
    let init = ["init", "--module", "crates/app/src/tools"];
    let refused = fresh.run(&init).with_status(3);
    let help = "run the command in the folder of a package";
    assert!(refused.err.contains(help), "{}", refused.err);
    assert!(!refused.err.contains("cargo init"), "{}", refused.err);
}
