//! A program made from the Rust blocks of the pages.
//!
//! The program is `golden/guide.in`; `golden_compiled` compiles it. A comment such as
//! `<!-- context: client: &api::Client -->` in front of a block declares the variables that the
//! block uses.

use std::fmt::Write as _;
use std::path::Path;

use toolsmith_testkit::golden::assert_golden;

use super::blocks::{Block, pages};

#[test]
fn code_in_the_guide_compiles() {
    let mut program = String::new();
    let mut count = 0;
    for page in pages() {
        let stem = page
            .path
            .rsplit('/')
            .next()
            .unwrap()
            .trim_end_matches(".md");
        let module = stem.to_lowercase().replace('-', "_");
        let folder = if page.path.starts_with("docs/guide/") {
            "guide"
        } else {
            "reference"
        };
        let blocks = page.blocks_of("rust").into_iter();
        // Files are compiled where the test follows the page, and excerpts with their crate.
        let is_file = |block: &Block| {
            let comment = block.comment.as_deref().unwrap_or_default();
            comment.starts_with("file: ") || comment == "excerpt"
        };
        for (index, block) in blocks.filter(|block| !is_file(block)).enumerate() {
            let name = format!("{folder}_{module}_{}", index + 1);
            writeln!(program, "\n{}", compiled(&name, &block)).unwrap();
            count += 1;
        }
    }
    assert!(count > 50, "only {count} blocks");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/guide.in");
    assert_golden(&path, program.trim_start());
}

/// Other blocks of Rust are compiled elsewhere: programs that must not compile by their own test, and the set-up of
/// OpenTelemetry in `tests/otlp`.
#[test]
fn every_block_of_rust_is_compiled() {
    for page in pages() {
        for block in page.blocks() {
            let is_compiled = match &*block.language {
                "rust,compile_fail" => page.path == "docs/guide/mistakes.md",
                "rust,no_run" => page.path == "docs/telemetry.md",
                language => language == "rust" || !language.starts_with("rust"),
            };
            let (path, line, language) = (&page.path, block.line, &block.language);
            assert!(is_compiled, "{path}:{line}: {language}");
        }
    }
}

/// Returns a module with the code of a block. Statements become the body of a function.
fn compiled(name: &str, block: &Block) -> String {
    // The catalogs of other kinds that the guide uses are modules of the tests.
    let text = block
        .text
        .replace("generated::files", "crate::golden::files");
    let text = text.replace("generated::weather", "crate::golden::weather");
    let context = block.comment.as_deref();
    let context = context.and_then(|comment| comment.strip_prefix("context:"));
    if context.is_none() && is_items(&text) {
        return format!("mod {name} {{\n{text}}}");
    }
    let paths = "use generated::runtime as rt;\nuse generated::the_auth_api as api;\nuse crate::golden::{files, weather};";
    format!(
        "mod {name} {{\n{paths}\nasync fn block({}) -> Result<(), Box<dyn std::error::Error>> {{\n{text};\nOk(())\n}}\n}}",
        context.unwrap_or_default().trim()
    )
}

/// Returns `true` if the code consists of items, such as a whole program.
fn is_items(text: &str) -> bool {
    let starts = [
        "fn ",
        "async fn ",
        "pub fn ",
        "struct ",
        "impl ",
        "#[tokio::main]",
        "#[tokio::test]",
        "#[test]",
    ];
    let is_item = |line: &str| starts.iter().any(|start| line.starts_with(start));
    let is_statement = |line: &str| line.starts_with("let ") || line.starts_with("match ");
    text.lines().any(is_item) && !text.lines().any(is_statement)
}
