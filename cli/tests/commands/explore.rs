//! Tests of `list`, `explain` and `graph`.

use crate::project::Project;

#[test]
fn lists_the_call_of_each_tool() {
    let project = Project::copy();
    let ended = project.run(&["list"]).with_status(0);
    assert!(
        ended.out.starts_with("the_auth_api  46 tools, "),
        "{}",
        ended.out
    );
    assert!(
        ended.out.lines().all(|line| line.chars().count() <= 100),
        "{}",
        ended.out
    );
    let line = ended
        .out
        .lines()
        .find(|line| line.starts_with("  list(ListApiKeys)"));
    assert!(
        line.unwrap()
            .ends_with("reads     list_all_the_auth_api_api_keys"),
        "{line:?}"
    );
    let facts = project
        .run(&["list", "the_auth_api", "--json"])
        .with_status(0)
        .json();
    assert_eq!(facts[0]["tools"].as_array().unwrap().len(), 46);
}

#[test]
fn finds_a_tool_by_any_of_its_names() {
    let project = Project::copy();
    let by_name = project
        .run(&["explain", "list_all_the_auth_api_api_keys"])
        .with_status(0);
    for name in [
        "api_keys.list",
        "api_keys().list",
        "ListApiKeys",
        "the_auth_api.api_keys.list",
    ] {
        assert_eq!(
            project.run(&["explain", name]).with_status(0).out,
            by_name.out
        );
    }
    for part in [
        "client.api_keys().list(ListApiKeys)",
        "Listing<ApiKey>",
        "/projectId",
        "project_id",
    ] {
        assert!(by_name.out.contains(part), "no {part} in {}", by_name.out);
    }
}

#[test]
fn suggests_names_for_a_typo() {
    let project = Project::copy();
    let ended = project.run(&["explain", "api_key.list"]).with_status(3);
    assert!(
        ended.err.contains("did you mean `api_keys.list`"),
        "{}",
        ended.err
    );
    let ended = project.run(&["list", "the_auth"]).with_status(3);
    assert!(
        ended.err.contains("did you mean `the_auth_api`?"),
        "{}",
        ended.err
    );
}

#[test]
fn a_file_is_not_an_output_directory() {
    let project = Project::copy();
    let file = project.path("toolsmith.toml");
    for (command, below) in [("graph", ""), ("page", ""), ("digest", "folder")] {
        let out = file.join(below);
        let ended = project.run(&[command, "--out", out.to_str().unwrap()]);
        let ended = ended.with_status(3);
        let part = "toolsmith.toml is not a directory; --out takes a directory";
        assert!(ended.err.contains(part), "{}", ended.err);
    }
}

#[test]
fn a_graph_has_an_arrow_from_the_tool_that_returns_an_identifier() {
    let project = Project::copy();
    let draw = |folder: &str| {
        let out = project.path(folder);
        project
            .run(&["graph", "the_auth_api", "--out", out.to_str().unwrap()])
            .with_status(0);
        ["mmd", "svg"].map(|ending| {
            let path = out.join(format!("the_auth_api.{ending}"));
            std::fs::read(path).unwrap()
        })
    };
    let [mermaid, svg] = draw("one");
    assert_eq!([&mermaid, &svg], draw("two").each_ref());
    let mermaid = String::from_utf8(mermaid).unwrap();
    let number = |tool: &str| {
        let line = mermaid
            .lines()
            .find(|line| line.contains(&format!("\"{tool}\"")));
        line.unwrap().trim().split('[').next().unwrap().to_owned()
    };
    let arrow = format!(
        "{} -->|AccountId| {}",
        number("list_all_the_auth_api_accounts"),
        number("list_all_the_auth_api_projects"),
    );
    assert!(mermaid.contains(&arrow), "{arrow} in {mermaid}");
    let svg = String::from_utf8(svg).unwrap();
    assert_eq!(svg.matches("the_auth_api_").count(), 46);
}
