//! A program made only from the code blocks in the digest of The Auth API. If the digest is wrong,
//! the program does not compile.
//!
//! The program is `golden/digest/calls.in`; `golden_compiled` compiles it.

#![allow(
    clippy::disallowed_methods,
    reason = "a test reads what is checked in, and writes it where that is asked for"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use toolsmith_testkit::golden::assert_golden;

/// The imports that the index documents.
const IMPORTS: &str = "\
use std::collections::BTreeMap;

use generated::runtime::{Date, DateTime, Deleted, Error, Extra, Json, Open, Page};
use generated::the_auth_api::*;
";

#[test]
fn code_made_from_the_digest_compiles() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = package.join("../generated/digest/the_auth_api");
    let mut program = IMPORTS.to_owned();
    let index = fs::read_to_string(folder.join("index.md")).unwrap();
    for (number, block) in blocks(&index).iter().enumerate() {
        write!(program, "\nmod index_{number} {{\n{}}}\n", block.concat()).unwrap();
    }
    let mut calls = 0;
    for page in pages(&folder.join("resources")) {
        let text = fs::read_to_string(&page).unwrap();
        let module = page.file_stem().unwrap().to_str().unwrap();
        let link = format!("](resources/{module}.md)");
        assert!(index.contains(&link), "the index leads to {module}");
        for block in blocks(&text) {
            for item in block.split(|line| line.trim().is_empty()) {
                let item: Vec<&str> = item.iter().map(|line| code(line)).collect();
                calls += usize::from(item[0].starts_with("let request"));
                writeln!(program, "\n{}", compiled(module, &item, calls)).unwrap();
            }
        }
    }
    assert_eq!(calls, 46, "every tool is called");
    assert_golden(&package.join("golden/digest/calls.in"), &program);
}

fn pages(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut pages: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    pages
}

/// Returns the code blocks of a page, as lines.
fn blocks(text: &str) -> Vec<Vec<&str>> {
    let mut blocks = Vec::new();
    let mut open: Option<Vec<&str>> = None;
    for line in text.split_inclusive('\n') {
        match (line.trim_end(), &mut open) {
            ("```rust", None) => open = Some(Vec::new()),
            ("```", Some(_)) => blocks.extend(open.take()),
            (_, Some(block)) => block.push(line),
            (_, None) => {}
        }
    }
    blocks
}

/// Returns a line without its comment.
fn code(line: &str) -> &str {
    line.split(" // ").next().unwrap().trim_end()
}

/// Returns a function that uses `item` as the digest describes it.
fn compiled(module: &str, item: &[&str], number: usize) -> String {
    let first = item[0];
    let text = item.join("\n");
    if let Some(chain) = text.strip_prefix("let request = ") {
        let (chain, call) = chain.split_once(";\n").unwrap();
        let (parameters, value) = filled_in(chain);
        return format!(
            "async fn call_{module}_{number}(client: &Client, {parameters}) -> Result<(), Error> {{\n    \
             let request = {value};\n    {call}\n    Ok(())\n}}"
        );
    }
    if let Some(rest) = first.strip_prefix("struct ") {
        let name = rest.trim_end_matches(" {");
        let fields = &item[1..item.len() - 1];
        let fields = fields.iter().map(|line| {
            let (field, ty) = line.trim().trim_end_matches(',').split_once(": ").unwrap();
            format!("    let _: {ty} = value.{field};\n")
        });
        let fields: String = fields.collect();
        return format!("fn read_{module}_{name}(value: {name}) {{\n{fields}}}");
    }
    if let Some(rest) = first.strip_prefix("enum ") {
        let (name, variants) = rest.split_once(" {").unwrap();
        let variants = variants.trim_end_matches('}').split(',');
        let variants = variants.map(|variant| format!("{name}::{}", variant.trim()));
        let variants: Vec<String> = variants.collect();
        return format!(
            "fn choose_{module}_{name}() -> Vec<{name}> {{\n    vec![{}]\n}}",
            variants.join(", ")
        );
    }
    let name = first.split("::").next().unwrap();
    let (parameters, value) = filled_in(&text);
    format!("fn make_{module}_{name}({parameters}) -> {name} {{\n    {value}\n}}")
}

/// Replaces each type in a chain of calls with a variable. Returns the variables as parameters, and
/// the chain.
fn filled_in(chain: &str) -> (String, String) {
    let mut parameters = Vec::new();
    let mut value = String::new();
    let mut rest = chain;
    while let Some(open) = rest.find('(') {
        let close = closing(rest, open);
        value.push_str(rest[..=open].trim());
        let mut variables = Vec::new();
        for argument in arguments(&rest[open + 1..close]) {
            // `name: Type` in a constructor, `Type` in a setter.
            let ty = argument.split_once(": ").map_or(argument, |(_, ty)| ty);
            let variable = format!("v{}", parameters.len());
            parameters.push(format!("{variable}: {ty}"));
            variables.push(variable);
        }
        value.push_str(&variables.join(", "));
        value.push(')');
        rest = rest[close + 1..].trim_start();
    }
    assert!(rest.trim().is_empty(), "{rest} is left of {chain}");
    (parameters.join(", "), value)
}

/// Returns the position of the parenthesis that closes the one at `open`.
fn closing(text: &str, open: usize) -> usize {
    let mut depth = 0;
    for (index, letter) in text.char_indices().skip(open) {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index;
        }
    }
    panic!("nothing closes `{text}`")
}

/// Splits arguments at commas outside of brackets.
fn arguments(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let is_comma = |letter: char| {
        match letter {
            '(' | '<' => depth += 1,
            ')' | '>' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0
    };
    let arguments = text.split(is_comma).map(str::trim);
    arguments.filter(|argument| !argument.is_empty()).collect()
}
