//! Tests of the comparison of APIs.

use super::*;

const ROOT: &str = "pub use toolsmith_runtime as runtime;\npub mod echo;\nmod private;\n";
const MODULE: &str = "mod say;\nmod ids;\npub use say::{Say, Answer};\npub use ids::ThingId;\n";
const SAY: &str = "\
    /// Docs.\n#[non_exhaustive]\npub struct Say { text: String }\n\
    impl Say {\n    #[must_use]\n    pub fn new(text: impl Into<String>) -> Self { todo!() }\n    fn hidden(&self) {}\n}\n\
    pub enum Answer { Yes, No }\n\
    pub struct Unexported;\n\
    impl From<Say> for Answer { fn from(say: Say) -> Self { Answer::Yes } }\n";

fn api(say: &str) -> Api {
    Api::read(&BTreeMap::from([
        ("lib", ROOT),
        ("echo/mod", MODULE),
        ("echo/say", say),
        ("echo/ids", "ids! { ThingId }"),
        ("private", "pub struct Hidden;"),
    ]))
}

#[test]
fn reads_what_callers_can_name() {
    let api = api(SAY);
    let items: Vec<String> = api
        .items
        .iter()
        .map(|(path, signature)| format!("{path} = {signature}"))
        .collect();
    assert_eq!(
        items,
        [
            "echo::Answer = pub enum Answer",
            "echo::Answer: From<Say> = impl From<Say> for Answer",
            "echo::Answer::No = No",
            "echo::Answer::Yes = Yes",
            "echo::Say = #[non_exhaustive] pub struct Say",
            "echo::Say::new = #[must_use] pub fn new(text: impl Into<String>) -> Self",
            "echo::ThingId = pub ThingId",
        ]
    );
}

#[test]
fn finds_added_removed_and_changed_items() {
    let before = api(SAY);
    let say = SAY
        .replace("impl Into<String>) -> Self", "i64) -> Self")
        .replace("Yes, No", "Yes, Maybe")
        .replace("/// Docs.", "/// Other docs.");
    let changes = before.changes_to(&api(&say));
    let found: Vec<(ApiChangeKind, &str)> = changes
        .iter()
        .map(|change| (change.change, change.item.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (ApiChangeKind::Removed, "echo::Answer::No"),
            (ApiChangeKind::Changed, "echo::Say::new"),
            (ApiChangeKind::Added, "echo::Answer::Maybe"),
        ]
    );
    assert_eq!(before.changes_to(&api(SAY)), []);
}
