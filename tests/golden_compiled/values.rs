//! Values of generated types.

use serde_json::json;

use crate::golden::{nullable, shapes};

/// The first variant of `expression` contains the union itself.
#[test]
fn recursive_arguments_are_read() {
    let tool = shapes::CATALOG.tool("create_a_circle").unwrap();
    let arguments = |expression| json!({"user": {}, "only": ["a"], "expression": expression});
    let right = arguments(json!({"not": {"not": "x"}}));
    assert_eq!(tool.check(&right).unwrap(), right);
    let wrong = arguments(json!({"not": {"not": false}}));
    let problems = tool.check(&wrong).unwrap_err();
    let paths: Vec<String> = problems
        .problems()
        .iter()
        .map(|problem| problem.path.clone())
        .collect();
    assert_eq!(paths, ["/expression/not/not"]);
}

/// A schema that allows nothing but null.
#[test]
fn null_is_sent_read_and_kept() {
    let tool = nullable::CATALOG.tool("update_a_key_by_id").unwrap();
    let arguments = |reserved| json!({"id": "k", "owner": null, "reserved": reserved});
    let right = arguments(json!(null));
    assert_eq!(tool.check(&right).unwrap(), right);
    assert!(tool.check(&arguments(json!("x"))).is_err());
    let record = json!({"id": "k", "parent": null, "limit": {"burst": null, "rate": 5}});
    let key: nullable::Key = serde_json::from_value(record.clone()).unwrap();
    assert_eq!(serde_json::to_value(&key).unwrap(), record);
    let wrong = json!({"id": "k", "parent": "p"});
    assert!(serde_json::from_value::<nullable::Key>(wrong).is_err());
}
