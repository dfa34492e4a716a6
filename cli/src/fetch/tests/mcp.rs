//! What is known here and in the runtime, which cannot share it.

/// The text of a list of names, from its opening to its closing bracket.
fn list(source: &str) -> Vec<&str> {
    let (_, rest) = source.split_once("const USUAL_VARIABLES: [&str; ").unwrap();
    let (_, rest) = rest.split_once("= [").unwrap();
    let (list, _) = rest.split_once("];").unwrap();
    list.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn a_server_gets_the_same_variables_while_it_is_fetched_and_called() {
    let here = list(include_str!("../session.rs"));
    let there = list(include_str!("../../../../runtime/src/mcp/server.rs"));
    assert!(here.contains(&"\"PATH\""), "{here:?}");
    assert_eq!(here, there);
}
