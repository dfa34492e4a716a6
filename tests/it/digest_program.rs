//! A program made only from a digest. If the digest is wrong, the program does not compile.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use toolsmith_codegen::digest::DigestPage;

/// The lints that a program made from a digest does not follow.
pub(crate) const DIGEST_LINTS: &str = "#![allow(dead_code, deprecated, non_snake_case, unused)]";

/// Names in the prose of an index that are those of Rust and tokio, or placeholders.
const NOT_OURS: &str =
    "Err Future None Option Result Some T Value Vec X collections enum id main name new
    record serde_json start_paused std str struct to_owned value";

/// Reads the pages of a digest, the index first.
#[track_caller]
pub(crate) fn read_pages(folder: &Path) -> Vec<DigestPage> {
    let mut paths = Vec::new();
    for kind in ["resources", "tools"] {
        let Ok(entries) = std::fs::read_dir(folder.join(kind)) else {
            continue;
        };
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        paths.extend(names.map(|name| format!("{kind}/{name}")));
    }
    paths.sort();
    paths.insert(0, "index.md".to_owned());
    let page = |path: String| DigestPage {
        text: std::fs::read_to_string(folder.join(&path)).unwrap(),
        path,
        tools: 0,
        schema_characters: 0,
    };
    paths.into_iter().map(page).collect()
}

/// A program made from the pages of a digest.
pub(crate) struct DigestProgram {
    /// The program, without `main`.
    pub(crate) text: String,
    /// The number of tools that it calls.
    pub(crate) calls: usize,
}

/// Makes a program from the pages of a digest. `path` is that of the module of the catalog.
#[track_caller]
pub(crate) fn digest_program(pages: &[DigestPage], path: &str) -> DigestProgram {
    let index = &pages[0];
    assert_eq!(index.path, "index.md");
    let mut text = imports(&index.text, path);
    for (number, block) in blocks(&index.text).iter().enumerate() {
        write!(text, "\nmod index_{number} {{\n{}}}\n", block.concat()).unwrap();
    }
    text.push_str(&identifiers(&index.text));
    let setters = list_setters(&index.text);
    let mut calls = 0;
    for page in &pages[1..] {
        assert!(
            index.text.contains(&format!("]({})", page.path)),
            "the index leads to {}",
            page.path
        );
        let module = page
            .path
            .rsplit('/')
            .next()
            .unwrap()
            .trim_end_matches(".md");
        for block in blocks(&page.text) {
            for item in block.split(|line| line.trim().is_empty()) {
                let item: Vec<&str> = item.iter().map(|line| code(line)).collect();
                calls += usize::from(item[0].starts_with("let request"));
                writeln!(text, "\n{}", compiled(module, &item, calls, &setters)).unwrap();
            }
        }
    }
    if index.text.contains("cargo add --dev serde_json") {
        text.push_str("\nfn json(value: Json) -> serde_json::Value {\n    value\n}\n");
    }
    check_names(&index.text, &text, &pages[1..]);
    DigestProgram { text, calls }
}

/// Returns the imports that the first rule of the index documents.
#[track_caller]
fn imports(index: &str, path: &str) -> String {
    let types = format!("- Types are in `{path}`. Only what all catalogs share is in `");
    let (_, rule) = index.split_once(&types).unwrap();
    let (runtime, rule) = rule.split_once("`: ").unwrap();
    let (names, _) = rule.split_once(", and what the code blocks").unwrap();
    let (names, module) = names.split_once(", and ").unwrap_or((names, ""));
    let mut text = "use std::collections::BTreeMap;\n\n".to_owned();
    writeln!(text, "use {runtime}::{{{}}};", names.replace('`', "")).unwrap();
    if let Some((name, module)) = module.split_once(" in its module ") {
        let [name, module] = [name, module].map(|word| word.trim_matches('`'));
        writeln!(text, "use {runtime}::{module}::{name};").unwrap();
    }
    writeln!(text, "use {path}::*;").unwrap();
    text
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

/// Returns the setters that the index says every list has.
fn list_setters(index: &str) -> Vec<String> {
    let Some((_, rest)) = index.split_once("The request of every list also has the setters ")
    else {
        return Vec::new();
    };
    let (setters, _) = rest.split_once(", which the pages leave out").unwrap();
    let setters = setters
        .split(" and ")
        .map(|setter| setter.trim_matches('`'));
    setters.map(str::to_owned).collect()
}

/// Returns a function for each line of the section about identifiers, which lists the field.
fn identifiers(index: &str) -> String {
    let mut text = String::new();
    let Some((_, section)) = index.split_once("\n## Identifiers\n\n") else {
        return text;
    };
    let (section, _) = section.split_once("\n## ").unwrap();
    for line in section.lines().filter(|line| line.contains("` of `")) {
        let parts: Vec<&str> = line.split('`').collect();
        let (id, field, call) = (parts[1], parts[3], parts[5]);
        let (call, request) = call.split_once('(').unwrap_or((call, ""));
        let (call, request) = match request.strip_prefix(").") {
            Some(rest) => {
                let (method, request) = rest.split_once('(').unwrap();
                (format!("{call}().{method}"), request)
            }
            None => (call.to_owned(), request),
        };
        let (parameters, value) = filled_in(request.strip_suffix(')').unwrap());
        write!(
            text,
            "\nasync fn list_{id}(client: &Client, {parameters}) -> Result<(), Error> {{\n    \
             let mut records = client.{call}({value}).items();\n    \
             while let Some(record) = records.next().await {{\n        \
             let found: Option<{id}> = record?.{field}.into();\n    }}\n    Ok(())\n}}\n"
        )
        .unwrap();
    }
    text
}

/// Checks that every name in the prose of the index is a name in the program, so that it compiles.
#[track_caller]
fn check_names(index: &str, program: &str, pages: &[DigestPage]) {
    let words = |text: &str| -> Vec<String> {
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        let words = text.split(|letter| !is_part(letter));
        let words = words.filter(|word| word.starts_with(|first: char| first.is_alphabetic()));
        words.map(str::to_owned).collect()
    };
    let mut known: BTreeSet<String> = program.lines().map(code).flat_map(words).collect();
    // Arguments of constructors, which have no names in a call.
    for block in pages.iter().flat_map(|page| blocks(&page.text)) {
        known.extend(block.into_iter().map(code).flat_map(words));
    }
    // The crates of the program.
    let (_, setup) = index.split_once("```sh").unwrap();
    known.extend(words(setup.split_once("```").unwrap().0));
    known.extend(words(NOT_OURS));
    let mut is_code = false;
    for line in index.lines().skip(1) {
        if line.starts_with("```") {
            is_code = !is_code;
        }
        if ["/// Starts ", "/// Connects to "]
            .iter()
            .any(|start| line.starts_with(start))
        {
            // The program or the address of the configuration.
            continue;
        }
        let prose = match line.split_once("//") {
            Some((_, comment)) if is_code => comment,
            _ if is_code => continue,
            _ => line,
        };
        let spans = prose.split('`').skip(1).step_by(2);
        for word in spans.flat_map(words) {
            let is_setting = word
                .chars()
                .all(|letter| letter.is_ascii_uppercase() || letter == '_');
            let is_wire = line.contains("on the wire") && word.contains(char::is_uppercase);
            assert!(
                known.contains(&word) || is_setting || is_wire,
                "`{word}` is not compiled:\n{line}"
            );
        }
    }
}

/// Returns a line without its comment.
fn code(line: &str) -> &str {
    let mut is_text = false;
    let mut is_escaped = false;
    for (index, letter) in line.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_text => is_escaped = true,
            '"' => is_text = !is_text,
            '/' if !is_text && line[index..].starts_with("// ") => return line[..index].trim_end(),
            _ => {}
        }
    }
    line.trim_end()
}

/// Returns a function that uses `item` as the digest describes it.
fn compiled(module: &str, item: &[&str], number: usize, setters: &[String]) -> String {
    let first = item[0];
    let text = item.join("\n");
    if let Some(chain) = text.strip_prefix("let request = ") {
        let (chain, call) = chain.split_once(";\n").unwrap();
        let is_list = call.starts_with("let page: ");
        let setters = setters.iter().filter(|_| is_list);
        let chain = setters.fold(chain.to_owned(), |chain, setter| chain + setter);
        let (parameters, value) = filled_in(&chain);
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
        return match rest.split_once(" { ") {
            Some((name, variants)) => words_of(module, name, variants.trim_end_matches(" }")),
            None => variants_of(
                module,
                rest.trim_end_matches(" {"),
                &item[1..item.len() - 1],
            ),
        };
    }
    let name = first.split("::").next().unwrap();
    let (parameters, value) = filled_in(&text);
    format!("fn make_{module}_{name}({parameters}) -> {name} {{\n    {value}\n}}")
}

/// Returns a test that compares the words of an enum.
fn words_of(module: &str, name: &str, variants: &str) -> String {
    let mut checks = String::new();
    for variant in arguments(variants) {
        let Some((variant, word)) = variant.split_once(" = ") else {
            assert!(variant.starts_with("/*"), "{variant}");
            continue;
        };
        // A word that is not a string is JSON.
        let word = if word.starts_with('"') {
            word.to_owned()
        } else {
            format!("{word:?}")
        };
        writeln!(
            checks,
            "    assert_eq!({name}::{variant}.to_string(), {word});"
        )
        .unwrap();
    }
    format!("#[test]\nfn words_{module}_{name}() {{\n{checks}}}")
}

/// Returns a function that chooses a variant of a union.
fn variants_of(module: &str, name: &str, variants: &[&str]) -> String {
    let variants = variants.iter().map(|line| {
        let (variant, _) = line.trim().split_once('(').unwrap();
        format!("        {name}::{variant}(_) => {{}}\n")
    });
    let variants: String = variants.collect();
    format!(
        "fn choose_{module}_{name}(value: {name}) {{\n    match value {{\n{variants}        _ => {{}}\n    }}\n}}"
    )
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

/// Splits arguments at commas outside of brackets and strings.
fn arguments(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut is_text = false;
    let mut is_escaped = false;
    let is_comma = |letter: char| {
        match letter {
            _ if is_escaped => {
                is_escaped = false;
                return false;
            }
            '\\' if is_text => is_escaped = true,
            '"' => is_text = !is_text,
            '(' | '<' | '[' | '{' if !is_text => depth += 1,
            ')' | '>' | ']' | '}' if !is_text => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0 && !is_text
    };
    let arguments = text.split(is_comma).map(str::trim);
    arguments.filter(|argument| !argument.is_empty()).collect()
}
