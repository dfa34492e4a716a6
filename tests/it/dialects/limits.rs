//! The limits of a request.

use serde_json::json;
use toolsmith_runtime::dialect::{Definition, Dialect, ListError, NoteKind, RequestLimits};

fn names(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("tool_{index}")).collect()
}

fn definitions(names: &[String]) -> impl Iterator<Item = Definition<'_>> {
    names.iter().map(|name| {
        let schema = json!({"type": "object", "properties": {"id": {"type": "string"}}});
        Definition::new(name, "A tool.", schema)
    })
}

#[test]
fn a_list_over_the_limit_is_an_error_that_names_the_remedy() {
    for (dialect, limit) in [
        (Dialect::OpenAiChat, 128),
        (Dialect::OpenAiResponsesStrict, 128),
        (Dialect::Gemini, 512),
        (Dialect::GeminiJsonSchema, 512),
        (Dialect::Anthropic, usize::MAX),
        (Dialect::Mcp, usize::MAX),
    ] {
        assert_eq!(dialect.request_limits().tools, limit);
        let most = limit.min(600);
        assert_eq!(
            dialect
                .list_of(definitions(&names(most)))
                .unwrap()
                .definitions()
                .len(),
            most
        );
        if limit < 600 {
            let names = names(limit + 1);
            let error = dialect.list_of(definitions(&names)).unwrap_err();
            assert_eq!(
                error,
                ListError::TooManyTools {
                    dialect,
                    count: limit + 1,
                    limit
                }
            );
            assert!(error.to_string().contains("ToolFilter"), "{error}");
            let mut limits = dialect.request_limits();
            limits.tools = 1_000;
            assert!(
                dialect
                    .options()
                    .limits(limits)
                    .list_of(definitions(&names))
                    .is_ok()
            );
        }
    }
}

#[test]
fn the_depth_is_a_parameter() {
    let mut schema = json!({"type": "string"});
    for _ in 0..7 {
        schema = json!({"type": "object", "properties": {"a": {"type": "array", "items": schema}}, "required": ["a"]});
    }
    for dialect in [Dialect::Gemini, Dialect::GeminiJsonSchema] {
        for depth in [4, 6, 16] {
            let mut limits = dialect.request_limits();
            limits.depth = depth;
            let tool = Definition::new("deep", "A tool.", schema.clone());
            let list = dialect.options().limits(limits).list_of([tool]).unwrap();
            let text = list.definitions()[0].to_string();
            let levels = text.matches("\"properties\":{\"a\"").count()
                + text.matches("\"items\":{\"").count();
            assert!(levels <= depth, "{dialect:?} {depth}: {text}");
            assert_eq!(levels < 14, depth < 14, "{dialect:?} {depth}: {text}");
        }
    }
}

#[test]
fn names_have_the_length_that_the_provider_accepts() {
    let name = "n".repeat(128);
    for dialect in Dialect::ALL {
        let list = dialect
            .list_of(definitions(std::slice::from_ref(&name)))
            .unwrap();
        let length = list.name_of(&name).unwrap().len();
        let limit = if dialect.as_str().starts_with("openai") {
            64
        } else {
            128
        };
        assert_eq!(length, limit, "{dialect:?}");
        let mut limits = RequestLimits::UNLIMITED;
        limits.tool_name_length = 40;
        let list = dialect
            .options()
            .limits(limits)
            .list_of(definitions(std::slice::from_ref(&name)));
        assert_eq!(list.unwrap().name_of(&name).unwrap().len(), 40);
    }
}

#[test]
fn the_program_says_which_tools_are_strict() {
    let names = names(30);
    let dialect = Dialect::AnthropicStrict;
    let is_strict = |list: &toolsmith_runtime::dialect::ToolList, name: &str| {
        list.definition_of(name).unwrap()["strict"] == true
    };
    let list = dialect.list_of(definitions(&names)).unwrap();
    assert!(
        is_strict(&list, "tool_19") && !is_strict(&list, "tool_29"),
        "the first 20"
    );
    let first = dialect
        .options()
        .strict_first(["tool_29"])
        .list_of(definitions(&names))
        .unwrap();
    assert!(
        is_strict(&first, "tool_29")
            && is_strict(&first, "tool_18")
            && !is_strict(&first, "tool_19")
    );
    let only = dialect
        .options()
        .strict_only(["tool_3"])
        .list_of(definitions(&names))
        .unwrap();
    let strict = only
        .definitions()
        .iter()
        .filter(|tool| tool["strict"] == true)
        .count();
    assert!(is_strict(&only, "tool_3") && strict == 1);
    let loosened = only
        .notes()
        .iter()
        .filter(|note| note.kind == NoteKind::Loosened)
        .count();
    assert_eq!(loosened, 29, "each is noted");
    let error = dialect
        .options()
        .strict_first(["tool29"])
        .list_of(definitions(&names))
        .unwrap_err();
    assert!(
        error.to_string().contains("did you mean `tool_29`"),
        "{error}"
    );
}
