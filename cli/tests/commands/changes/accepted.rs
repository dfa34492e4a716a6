//! `--fail-on`, accepted changes, the advice about the version, and the changelog.

use super::forms::check_sarif;
use super::repository::Repository;

const PROJECTS: &str = "list_all_the_auth_api_projects";
const ROLE: &str = "delete_a_the_auth_api_user_role_by_id";

/// Changes one grade at a time: `docs`, `additive`, `behaviour`, `compile`.
fn change(repository: &Repository, grade: &str) {
    match grade {
        "docs" => repository.edit(
            PROJECTS,
            "\"description\": \"List",
            "\"description\": \"Lists",
        ),
        "additive" => repository.edit(PROJECTS, "\"maximum\": 100", "\"maximum\": 200"),
        "behaviour" => repository.edit(PROJECTS, "\"maximum\": 100", "\"maximum\": 50"),
        _ => repository.remove(ROLE),
    }
}

#[test]
fn fails_on_a_grade_and_on_more_severe_ones() {
    let grades = ["docs", "additive", "behaviour", "wire", "compile"];
    for (index, made) in grades.into_iter().enumerate() {
        if made == "wire" {
            continue;
        }
        let repository = Repository::new();
        change(&repository, made);
        let advice = match made {
            "compile" => "a minor version: 0.2.0",
            _ => "a patch version: 0.1.1",
        };
        let ended = repository.run(&["diff"]).with_status(0);
        assert!(ended.out.contains(advice), "{made}: {}", ended.out);
        for (least, grade) in grades.into_iter().enumerate() {
            let ended = repository.run(&["diff", "--fail-on", grade, "--json"]);
            let status = i32::from(index >= least);
            assert_eq!(ended.status, status, "{made} at {grade}: {}", ended.out);
            assert_eq!(ended.json()["exit_status"], status);
        }
    }
    let repository = Repository::new();
    repository
        .run(&["diff", "--fail-on", "docs"])
        .with_status(0);
    let ended = repository
        .run(&["diff", "--fail-on", "braking"])
        .with_status(3);
    assert!(
        ended
            .err
            .contains("docs, additive, behaviour, wire, compile"),
        "{}",
        ended.err
    );
}

#[test]
fn accepted_changes_do_not_fail_until_they_end() {
    let repository = Repository::new();
    change(&repository, "compile");
    let file = "toolsmith.accept.toml";
    let diff = ["diff", "--fail-on", "wire"];
    let entry =
        |rest: &str| format!("[[accept]]\nid = \"tool-removed\"\ntool = \"{ROLE}\"\n{rest}\n");
    let accept = |rest: &str| repository.project.put(file, entry(rest).as_bytes());
    accept("reason = \"unused\"\nuntil = \"2999-12-31\"");
    let ended = repository.run(&diff).with_status(0);
    assert!(ended.out.contains("accepted: unused"), "{}", ended.out);
    let problem = format!("{file} line 1: `tool-removed` of `{ROLE}`");
    for (rest, status, part) in [
        (
            "reason = \"unused\"\nuntil = \"2020-12-31\"",
            1,
            format!("{problem} was accepted until 2020-12-31; decide again"),
        ),
        (
            "reason = \" \"",
            1,
            format!("{problem} has no reason; write one"),
        ),
        (
            "reason = \"x\"\nplace = \"argument /id\"",
            1,
            format!("{problem}, argument /id is accepted, but there is no such change"),
        ),
        ("", 3, "missing field `reason`".to_owned()),
        (
            "reason = \"x\"\nuntil = \"tomorrow\"",
            3,
            "`tomorrow` is not a date".to_owned(),
        ),
        (
            "reason = \"x\"\ntol = \"y\"",
            3,
            "unknown key `tol`".to_owned(),
        ),
        (
            "reason = \"x\"\nuntill = \"2027-01-31\"",
            3,
            "did you mean `until`?".to_owned(),
        ),
    ] {
        accept(rest);
        let ended = repository.run(&diff).with_status(status);
        assert!(ended.err.contains(&part), "no {part} in {}", ended.err);
    }
}

#[test]
fn every_form_names_an_entry_that_no_longer_applies() {
    let repository = Repository::new();
    let file = "toolsmith.accept.toml";
    let entry = format!("[[accept]]\nid = \"tool-removed\"\ntool = \"{ROLE}\"\nreason = \"x\"\n");
    repository.project.put(file, entry.as_bytes());
    for form in ["text", "markdown", "json", "github", "sarif"] {
        let ended = repository.run(&["diff", "--format", form]).with_status(1);
        let all = format!("{}{}", ended.out, ended.err);
        assert!(all.contains("there is no such change"), "{form}: {all}");
    }
    check_sarif(&repository.run(&["diff", "--format", "sarif"]).json());
    let github = repository.run(&["diff", "--format", "github"]).out;
    let start = format!("::error file={file},line=1,title=accepted change::");
    assert!(github.contains(&start), "{github}");
    let other = repository.project.path("agreed.toml");
    let other = other.to_str().unwrap();
    let ended = repository
        .run(&["diff", "--accepted", other])
        .with_status(3);
    assert!(
        ended.err.contains("agreed.toml does not exist"),
        "{}",
        ended.err
    );
}

#[test]
fn a_changelog_gets_each_entry_once() {
    let repository = Repository::new();
    change(&repository, "compile");
    let changelog = "# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- mine\n";
    repository.project.put("CHANGELOG.md", changelog.as_bytes());
    let path = repository.project.path("CHANGELOG.md");
    let diff = ["diff", "--changelog", path.to_str().unwrap()];
    repository.run(&diff).with_status(0);
    let text = repository.project.text("CHANGELOG.md");
    let start = format!("# Changelog\n\n## [Unreleased]\n\n### Breaking\n\n- `{ROLE}`: ");
    assert!(text.starts_with(&start), "{text}");
    assert!(text.ends_with("### Fixed\n\n- mine\n"), "{text}");
    repository.run(&diff).with_status(0);
    assert_eq!(repository.project.text("CHANGELOG.md"), text);
}
