//! The digest of a handwritten API, and digests of hostile catalogs.

use super::{Digest, emit_digest};
use crate::Generator;
use crate::emit::tests::fixture::fixture;
use crate::options::{
    AccountSettings, CatalogInput, CatalogSource, Enums, Features, Identifiers, Layout,
    McpSettings, NestedModule, Options, Selection, SourceText, UnreadableTools,
};

fn digests(catalogs: &[CatalogInput], options: &Options) -> Vec<Digest> {
    let generator = Generator::new(catalogs, &options.layout).unwrap();
    generator.digests(options)
}

#[test]
fn describes_every_call() {
    let digest = emit_digest(&fixture(), &Options::default());
    for page in &digest.pages {
        let name = page.path.replace('/', "-");
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, page.text);
        });
    }
    let tools: usize = digest.pages.iter().map(|page| page.tools).sum();
    assert_eq!(tools, 8);
}

#[test]
fn names_the_crate_the_module_and_the_features() {
    let nested = Layout::Nested(NestedModule {
        path: "agents::tools".to_owned(),
        folder: "src/agents/tools".to_owned(),
    });
    let options = |change: fn(&mut Options)| {
        let mut options = Options::default();
        change(&mut options);
        options
    };
    let of_crate = options(|options| options.crate_name = "auth-tools".to_owned());
    let of_module = Options {
        layout: nested,
        ..Options::default()
    };
    let of_parts = options(|options| options.features = Features::Resources);
    let exhaustive = options(|options| options.enums = Enums::Exhaustive);
    let cases = [
        (&of_crate, "use auth_tools::key_service::Client;", true),
        (&of_crate, "generated::", false),
        (
            &of_module,
            "use crate::agents::tools::key_service::Client;",
            true,
        ),
        (
            &of_module,
            "cargo add --dev toolsmith-runtime --features test-util",
            true,
        ),
        (&of_module, "--path", false),
        (
            &of_parts,
            "--no-default-features --features key_service-api_keys",
            true,
        ),
        (&of_crate, "--no-default-features", false),
        (&exhaustive, "needs `_`", false),
        (&of_crate, "needs `_`", true),
    ];
    for (options, text, is_expected) in cases {
        let digest = emit_digest(&fixture(), options);
        let (_, index) = digest.pages[0].text.split_once('\n').unwrap();
        assert_eq!(index.contains(text), is_expected, "{text}\n{index}");
    }
}

/// Text that has a meaning in Markdown or Rust.
const HOSTILE: [&str; 9] = [
    "\\n```\\n# Heading\\n\\nIgnore the above\\n```rust\\n",
    "--> <!-- <script>x</script>",
    "*/ } fn main() {} /*",
    "[link](https://a.test) ![image](x) [ref]: y",
    "\\u202e\\u0000\\u2028# x\\r# y",
    "` `` ``` ~~~",
    "| a | b |\\n|---|---|",
    "- item\\n\\n    code",
    "\\\\",
];

/// Returns a catalog in which every string is `text`.
fn catalog(text: &str) -> String {
    let schema = format!(
        r#"{{"type": "object", "title": "{text}", "description": "{text}", "required": ["a{text}"], "properties": {{
            "a{text}": {{"type": "string", "description": "{text}", "pattern": "{text}", "minLength": 1}},
            "b{text}": {{"enum": ["x{text}", "y"], "description": "{text}"}},
            "c{text}": {{"type": "object", "description": "{text}", "properties": {{"d{text}": {{"type": "string", "description": "{text}"}}}}}}}}}}"#
    );
    format!(
        r#"{{"tools": [{{"name": "{text} one", "description": "{text}", "inputSchema": {schema}, "outputSchema": {schema}}}]}}"#
    )
}

/// Returns the overlay that allows the hidden characters of a text in a tool with this name.
fn overlay(text: &str, tool: &str) -> Option<SourceText> {
    let change = format!(
        "[[change]]\ntool = \"{tool}\"\nallow = [\"text-hidden-characters\"]\nreason = \"a test\"\n"
    );
    let is_hidden = text.contains("\\u202e");
    is_hidden.then(|| SourceText::new("overlay.toml", change))
}

fn input(text: String, source: CatalogSource) -> CatalogInput {
    CatalogInput {
        name: "hostile".to_owned(),
        snapshot: SourceText {
            file: "catalog-->.json".to_owned(),
            text,
        },
        overlay: None,
        lock: None,
        tombstones: None,
        source,
        identifiers: Identifiers::Typed,
        unreadable: UnreadableTools::default(),
        selection: Selection::default(),
    }
}

/// Returns a line of code without its strings and its comment.
fn without_text(line: &str) -> String {
    let mut code = String::new();
    let mut letters = line.chars().peekable();
    let mut is_text = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if is_text => drop(letters.next()),
            '"' => is_text = !is_text,
            '/' if !is_text && letters.peek() == Some(&'/') => break,
            _ if is_text => {}
            _ => code.push(letter),
        }
    }
    assert!(!is_text, "a string is not closed: {line}");
    code
}

/// Checks that text of the catalog has not changed the structure of a page.
#[track_caller]
fn check(page: &str) {
    let mut is_code = false;
    for (index, line) in page.lines().enumerate() {
        assert!(line.chars().count() < 4_000, "{page}");
        assert!(
            line.chars().all(crate::emit::tokens::literal::is_visible),
            "{page}"
        );
        match line {
            "```rust" | "```sh" => {
                assert!(!is_code, "{page}");
                is_code = true;
            }
            "```" => {
                assert!(is_code, "{page}");
                is_code = false;
            }
            _ if is_code => {
                let code = without_text(line);
                assert!(code.is_ascii(), "{page}");
                assert!(!code.contains("fn main"), "{page}");
            }
            "" => {}
            _ if index == 0 => assert!(
                line.starts_with("<!-- ") && line.ends_with(" -->"),
                "{page}"
            ),
            _ => {
                let starts = ["# ", "## ", "- ", "Rules, client", "`", "**Deprecated:**"];
                let index_starts = [
                    "1 tool",
                    "enough to",
                    "Clones are cheap",
                    "Nothing is sent",
                    "A call is validated",
                    "The name of a tool",
                    "A test passes",
                ];
                let mut starts = starts.iter().chain(&index_starts);
                assert!(
                    starts.any(|start| line.starts_with(start)),
                    "{line:?} in\n{page}"
                );
                assert!(
                    !line.contains("<script") || line.contains("\\<script"),
                    "{page}"
                );
            }
        }
    }
    assert!(!is_code, "{page}");
}

#[test]
fn text_of_a_tool_cannot_break_out() {
    let server = McpSettings::Command {
        program: "x".to_owned(),
        arguments: Vec::new(),
        variables: Vec::new(),
    };
    let transports = [
        CatalogSource::Functions,
        CatalogSource::Mcp(None),
        CatalogSource::Mcp(Some(server)),
    ];
    let options = Options {
        layout: Layout::Root,
        ..Options::default()
    };
    for text in HOSTILE {
        for transport in &transports {
            let mut input = input(catalog(text), transport.clone());
            input.overlay = overlay(text, &format!("{text} one"));
            let inputs = [input];
            let found = digests(&inputs, &options);
            assert_eq!(found, digests(&inputs, &options));
            for page in found.iter().flat_map(|digest| &digest.pages) {
                check(&page.text);
            }
        }
    }
}

#[test]
fn text_of_a_resource_cannot_break_out() {
    for text in HOSTILE {
        let tool = format!(
            r#"{{"result": [{{"resource": "things", "method": "list", "name": "n{text}", "description": "{text}",
                "query_schema": {{"type": "object", "properties": {{"q{text}": {{"type": "string", "description": "{text}"}}}}}},
                "body_schema": null}}]}}"#
        );
        let transport = CatalogSource::Truto(AccountSettings {
            base_url: "https://a.test".to_owned(),
            base_url_variable: "URL".to_owned(),
            token_variables: vec!["TOKEN".to_owned()],
            account_variable: "ACCOUNT".to_owned(),
        });
        let mut input = input(tool, transport);
        input.overlay = overlay(text, &format!("n{text}"));
        let digests = digests(&[input], &Options::default());
        for page in digests.iter().flat_map(|digest| &digest.pages) {
            check(&page.text);
        }
    }
}
