//! Tests of the order of properties across fetches.

use crate::project::{Project, changed};

const SNAPSHOT: &str = "catalogs/thoughts.json";

/// Returns a project with a second catalog, whose only function has these properties.
fn project(properties: &str) -> Project {
    let project = Project::copy();
    let config = project.text("toolsmith.toml");
    let catalog = "\n[catalog.thoughts]\nkind = \"functions\"\nfile = \"functions.json\"\n";
    project.put("toolsmith.toml", format!("{config}{catalog}").as_bytes());
    write(&project, properties, r#""reasoning", "answer""#);
    project.run(&["regen"]).with_status(0);
    project
}

fn write(project: &Project, properties: &str, required: &str) {
    let functions = format!(
        r#"[{{"name": "think", "input_schema": {{"type": "object", "properties": {{{properties}}}, "required": [{required}]}}}}]"#
    );
    project.put("functions.json", functions.as_bytes());
}

/// Returns the words of `wanted` in the order in which a text contains them.
fn in_order<'w>(text: &str, wanted: &[&'w str]) -> Vec<&'w str> {
    let mut found: Vec<(usize, &str)> = wanted
        .iter()
        .map(|word| {
            (
                text.find(word).unwrap_or_else(|| panic!("{word}: {text}")),
                *word,
            )
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, word)| word).collect()
}

const REASONING: &str = r#""reasoning": {"type": "string"}"#;
const ANSWER: &str = r#""answer": {"type": "string"}"#;
const NOTE: &str = r#""note": {"type": "string"}"#;

#[test]
fn another_order_changes_nothing() {
    let project = project(&format!("{REASONING}, {ANSWER}"));
    let fields = ["pub reasoning: String", "pub answer: String"];
    let module = "generated/src/thoughts/think.rs";
    assert_eq!(in_order(&project.text(module), &fields), fields);
    let keys = ["\"reasoning\"", "\"answer\""];
    assert_eq!(in_order(&project.text(SNAPSHOT), &keys), keys);

    write(
        &project,
        &format!("{ANSWER}, {REASONING}"),
        r#""answer", "reasoning""#,
    );
    let before = project.written();
    let ended = project.run(&["regen"]).with_status(0);
    assert_eq!(changed(&before, &project.written()), [""; 0]);
    let remark = "the properties of `think` are in another order in the file";
    assert!(ended.err.contains(remark), "{}", ended.err);
    let check = ["regen", "thoughts", "--check", "--fetch"];
    project.run(&check).with_status(0);

    // A new property comes where the file has it, and the others stay.
    write(
        &project,
        &format!("{ANSWER}, {NOTE}, {REASONING}"),
        r#""answer", "reasoning""#,
    );
    let ended = project.run(&["regen"]).with_status(0);
    assert!(ended.out.contains("argument /note"), "{}", ended.out);
    let keys = ["\"reasoning\"", "\"answer\"", "\"note\""];
    assert_eq!(in_order(&project.text(SNAPSHOT), &keys), keys);
    project.run(&check).with_status(0);
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "tests write to temporary directories"
)]
fn without_a_snapshot_the_order_of_the_file_is_taken_and_constructors_stay() {
    let project = project(&format!("{REASONING}, {ANSWER}"));
    write(
        &project,
        &format!("{ANSWER}, {REASONING}"),
        r#""answer", "reasoning""#,
    );
    std::fs::remove_file(project.path(SNAPSHOT)).unwrap();
    let ended = project.run(&["regen"]).with_status(0);
    assert!(!ended.err.contains("another order"), "{}", ended.err);
    let module = project.text("generated/src/thoughts/think.rs");
    let fields = ["pub answer: String", "pub reasoning: String"];
    assert_eq!(in_order(&module, &fields), fields);
    let constructor = "new(reasoning: impl Into<String>, answer: impl Into<String>)";
    assert!(module.contains(constructor), "{module}");
}
