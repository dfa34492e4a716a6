//! Tests of the facts in generated code and of their comparison.

use super::compare::compare_facts;
use super::facts::CodeFacts;

/// Code as the generator writes it: a tool with a header, its arguments, and an object inside them.
const CODE: &str = r#"
ids! {
    /// The identifier of a type.
    TypeId

    /// The identifier of a place.
    Slug
}
pub(super) static FIND: ToolSpec = ToolSpec {
    title: "Find", description: "d", resource: "notes", method: "list", is_idempotent: true,
    request: "generated::notes::Find",
    headers: &[HeaderArgument { path: &["area", "a/b"], name: "Area" }],
    ..ToolSpec::new("find", Effect::Reads, &Find::SHAPE, check_as::<Find>)
};
pub struct Find {
    /// Name.
    pub name: String,
    pub r#type: String,
    pub area: Area,
}
impl Find {
    pub fn new(name: impl Into<String>, r#type: impl IntoId<TypeId>, area: Area) -> Self { todo!() }
}
impl Object for Find {
    const SHAPE: Shape = Shape {
        name: "Find", required: &["name", "type", "area"],
        other_locations: &[("name", ArgumentLocation::Path)],
        ..Shape::IN_QUERY
    };
    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.name, &mut self.r#type, &mut self.area])
    }
}
impl Area {
    pub fn new(from: u64, to: i64) -> Self { todo!() }
}
impl Object for Area {
    const SHAPE: Shape = Shape { name: "Area", required: &["from", "to"], ..Shape::NESTED };
    fn slots(&mut self) -> Slots<'_> { slots_of([&mut self.from, &mut self.to]) }
}
"#;

/// Compares the code with an edited copy.
fn changes(edits: &[(&str, &str)]) -> Vec<String> {
    let mut edited = CODE.to_owned();
    for (from, to) in edits {
        assert!(edited.contains(from), "{from}");
        edited = edited.replace(from, to);
    }
    let mut sides = [CODE, &edited].map(|code| {
        let mut facts = CodeFacts::default();
        facts.read(code);
        facts
    });
    let [before, after] = &mut sides;
    let found = compare_facts(before, after).into_iter();
    found
        .map(|change| {
            let values = [change.before, change.after].map(Option::unwrap_or_default);
            format!(
                "{} {} {} {}",
                change.id,
                change.tool,
                change.place,
                values.join(" -> ")
            )
        })
        .collect()
}

#[test]
fn finds_what_a_program_would_send_otherwise() {
    for (edits, expected) in CASES {
        let mut found = changes(edits);
        found.sort();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected, "{edits:?}");
    }
}

/// Edits of the code, and the changes that they make.
type Case = (
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

const CASES: [Case; 16] = [
    (&[], &[]),
    // Earlier versions wrote a list of strings.
    (
        &[("&[\"name\", \"type\", \"area\"]", "\"name type area\"")],
        &[],
    ),
    (
        &[("&[\"name\", \"type\", \"area\"]", "\"\\n,name,type,area\"")],
        &[],
    ),
    (
        &[("resource: \"notes\"", "resource: \"papers\"")],
        &["tool-route-changed find tool notes/list -> papers/list"],
    ),
    (
        &[("name: \"Area\" }]", "name: \"Zone\" }]")],
        &["arg-header-changed find argument /area/a~1b \"Area\" -> \"Zone\""],
    ),
    (
        &[("ArgumentLocation::Path", "ArgumentLocation::Body")],
        &["arg-location-changed find argument /name path -> body"],
    ),
    (
        &[("IN_QUERY", "IN_BODY")],
        &[
            "arg-location-changed find argument /area query -> body",
            "arg-location-changed find argument /type query -> body",
        ],
    ),
    // The arguments change places: a string literal compiles as either.
    (
        &[(
            "new(name: impl Into<String>, r#type: impl IntoId<TypeId>,",
            "new(r#type: impl IntoId<TypeId>, name: impl Into<String>,",
        )],
        &[
            "arg-required-swapped find argument /type name -> type",
            "arg-required-swapped find argument /name type -> name",
        ],
    ),
    // So it does as a date.
    (
        &[
            (
                "new(name: impl Into<String>,",
                "new(day: impl Into<DateTime>,",
            ),
            ("self.name", "self.day"),
            ("\"name\"", "\"day\""),
        ],
        &["arg-required-swapped find argument /day name -> day"],
    ),
    // So it does as an identifier, with any name.
    (
        &[
            ("new(name: impl Into<String>,", "new(place: Slug,"),
            ("self.name", "self.place"),
            ("\"name\"", "\"place\""),
        ],
        &["arg-required-swapped find argument /place name -> place"],
    ),
    // No literal is a value of an enum, with any name.
    (
        &[
            (
                "new(name: impl Into<String>,",
                "new(reference_id: ReferenceId,",
            ),
            ("self.name", "self.reference_id"),
            ("\"name\"", "\"reference_id\""),
        ],
        &[],
    ),
    // No literal is a text and a list of texts.
    (
        &[
            (
                "new(name: impl Into<String>,",
                "new(names: impl Into<Vec<String>>,",
            ),
            ("self.name", "self.names"),
            ("\"name\"", "\"names\""),
        ],
        &[],
    ),
    // The object belongs to no tool that the code names.
    (
        &[
            ("from: u64", "since: u64"),
            ("self.from", "self.since"),
            ("\"from\"", "\"since\""),
        ],
        &["arg-required-swapped  argument /since from -> since"],
    ),
    // Another name on the wire under the same name in Rust.
    (&[("\"name\"", "\"title\"")], &[]),
    // Another type does not compile, and neither does another number of arguments.
    (
        &[
            ("from: u64", "since: bool"),
            ("self.from", "self.since"),
            ("\"from\"", "\"since\""),
        ],
        &[],
    ),
    (
        &[
            ("new(from: u64, to: i64)", "new(since: u64)"),
            ("self.from", "self.since"),
            ("\"from\"", "\"since\""),
        ],
        &[],
    ),
];

#[test]
fn code_that_is_not_rust_says_nothing() {
    let mut facts = CodeFacts::default();
    facts.read("pub(super) static");
    assert_eq!(facts, CodeFacts::default());
}
