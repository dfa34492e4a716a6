//! Tests of `regen` with a fake Truto server.

use serde_json::json;
use toolsmith_testkit::fake_truto::{CatalogChange, FakeTruto, Fault, FaultKind, RecordedRequest};

use crate::project::{Project, changed};

/// Tools with an argument for grouping.
const TOTALS: [&str; 2] = [
    "list_all_the_auth_api_analytics_api_key_totals",
    "list_all_the_auth_api_analytics_project_totals",
];

/// Adds an enum value that the snapshot does not contain.
fn add_hour(server: &FakeTruto) {
    let changes = TOTALS.map(|tool| {
        let change = json!({
            "tool": tool,
            "pointer": "/query_schema/properties/dateGrouping/enum/-",
            "value": "hour",
        });
        serde_json::from_value::<CatalogChange>(change).unwrap()
    });
    server.change_catalog(&changes).unwrap();
}

#[test]
fn fetching_the_same_catalog_changes_nothing() {
    let server = FakeTruto::start().unwrap();
    let project = Project::settled();
    let before = project.written();
    let ended = project.run_against(&server, &["regen"]).with_status(0);
    let requests = server.requests();
    let paths: Vec<&str> = requests.iter().map(RecordedRequest::path).collect();
    let account = "/integrated-account/ia_551";
    assert_eq!(
        paths,
        [
            format!("{account}/tools"),
            format!("{account}/capabilities")
        ]
    );
    assert!(
        ended.out.starts_with("the_auth_api  account  46 tools"),
        "{}",
        ended.out
    );
    assert_eq!(changed(&before, &project.written()), [""; 0]);
    project
        .run_against(&server, &["regen", "--check", "--fetch"])
        .with_status(0);
}

#[test]
fn offline_and_check_do_not_fetch() {
    let server = FakeTruto::start().unwrap();
    let project = Project::settled();
    project
        .run_against(&server, &["regen", "--offline"])
        .with_status(0);
    project
        .run_against(&server, &["regen", "--check"])
        .with_status(0);
    assert!(server.requests().is_empty());
}

#[test]
fn a_new_enum_value_is_reported_and_then_generated() {
    let server = FakeTruto::start().unwrap();
    add_hour(&server);
    let project = Project::settled();
    let before = project.written();
    let ended = project
        .run_against(&server, &["regen", "--check", "--fetch"])
        .with_status(2);
    for part in TOTALS.into_iter().chain([
        "dateGrouping",
        "\"hour\"",
        "To update: cargo xtask regen --fetch",
    ]) {
        assert!(ended.out.contains(part), "no {part} in {}", ended.out);
    }
    assert_eq!(changed(&before, &project.written()), [""; 0]);

    project.run_against(&server, &["regen"]).with_status(0);
    let after = project.written();
    for path in changed(&before, &after) {
        let text = String::from_utf8_lossy(&after[&path]).to_lowercase();
        // The registry has a hash of each tool.
        let is_related = text.contains("hour") || path.ends_with("/registry.rs");
        assert!(is_related, "{path} was touched");
    }
    assert!(changed(&before, &after).len() > 1);
    project
        .run_against(&server, &["regen", "--check", "--fetch"])
        .with_status(0);
}

#[test]
fn snapshot_drift_takes_precedence_in_the_exit_status() {
    let server = FakeTruto::start().unwrap();
    add_hour(&server);
    let project = Project::settled();
    project.put("generated/src/the_auth_api/mod.rs", b"");
    let ended = project
        .run_against(&server, &["regen", "--check", "--fetch", "--json"])
        .with_status(2);
    let facts = ended.json();
    assert_eq!(facts["catalogs"][0]["drifted"], true);
    assert_eq!(facts["catalogs"][0]["changes"].as_array().unwrap().len(), 2);
    assert_eq!(facts["files"].as_array().unwrap().len(), 1);
}

#[test]
fn a_failure_changes_no_file() {
    let server = FakeTruto::start().unwrap();
    let project = Project::settled();
    let before = project.written();
    let failing = |ended: crate::project::Ended, expected: &str| {
        let ended = ended.with_status(3);
        assert!(
            ended.err.contains(expected),
            "no {expected} in {}",
            ended.err
        );
        assert_eq!(ended.err.matches("error: ").count(), 1, "{}", ended.err);
        assert!(!ended.err.contains(server.token()), "{}", ended.err);
        assert_eq!(changed(&before, &project.written()), [""; 0]);
    };
    for (kind, expected) in [
        (FaultKind::Cut, "was cut off"),
        (FaultKind::NotJson, "HTML"),
        (FaultKind::Huge(200_000_000), "larger than 64 MB"),
        (FaultKind::Status(500), "the server failed"),
        (FaultKind::Status(401), "check TRUTO_API_TOKEN"),
    ] {
        server.set_fault(Fault::new(kind));
        failing(project.run_against(&server, &["regen"]), expected);
    }
    let variables = [
        ("TRUTO_API_TOKEN", server.token()),
        ("THE_AUTH_API_ACCOUNT_ID", "ia_551"),
        ("TRUTO_API_BASE_URL", "http://127.0.0.1:1"),
    ];
    failing(
        project.run_with(&variables, &["regen"]),
        "cannot connect to http://127.0.0.1:1",
    );
}

#[test]
fn a_required_fetch_reports_variables_that_are_not_set() {
    let project = Project::settled();
    let ended = project
        .run_with(&[("TRUTO_API_KEY", "x")], &["regen", "--fetch"])
        .with_status(3);
    assert!(
        ended.err.contains("THE_AUTH_API_ACCOUNT_ID is not set"),
        "{}",
        ended.err
    );
}

#[test]
fn the_first_fetch_creates_the_snapshot() {
    let server = FakeTruto::start().unwrap();
    let project = Project::settled();
    let before = project.written();
    std::fs::rename(
        project.path("catalogs/the_auth_api.json"),
        project.path("aside.json"),
    )
    .unwrap();
    let ended = project.run(&["regen"]).with_status(3);
    assert!(ended.err.contains("has no snapshot yet"), "{}", ended.err);
    project.run_against(&server, &["regen"]).with_status(0);
    assert_eq!(changed(&before, &project.written()), [""; 0]);
}

#[test]
fn a_changed_file_is_reported_as_a_file() {
    let project = Project::settled();
    let mut config = project.text("toolsmith.toml");
    config.push_str("\n[catalog.kept]\nkind = \"functions\"\nfile = \"kept.json\"\n");
    project.put("toolsmith.toml", config.as_bytes());
    let functions =
        |name: &str| format!(r#"[{{"name": "{name}", "parameters": {{"type": "object"}}}}]"#);
    project.put("kept.json", functions("stay").as_bytes());
    project.run(&["regen", "kept", "--fetch"]).with_status(0);
    project.put("kept.json", functions("go").as_bytes());
    let arguments = ["regen", "kept", "--check", "--fetch"];
    let ended = project.run(&arguments).with_status(2);
    for part in [
        "Snapshot differs from the file: kept",
        "The snapshot is out of date with the file.",
    ] {
        assert!(ended.out.contains(part), "no {part} in {}", ended.out);
    }
    assert!(!ended.out.contains("account"), "{}", ended.out);
}
