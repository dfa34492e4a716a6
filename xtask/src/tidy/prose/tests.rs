//! Tests of the prose check.

use super::super::sources::SourceFile;
use super::*;

#[track_caller]
fn check(path: &str, text: &str, expected: &[(usize, &str)]) {
    let file = SourceFile::new(path.to_owned(), text.to_owned());
    let mut found: Vec<(usize, String)> = fragments(&file)
        .iter()
        .flat_map(|fragment| {
            let problems = problems(fragment).into_iter();
            problems.map(|(at, message)| {
                let phrase = message.split('`').nth(1).unwrap().to_owned();
                (fragment.line_at(at), phrase)
            })
        })
        .collect();
    found.sort();
    let found: Vec<(usize, &str)> = found
        .iter()
        .map(|(line, phrase)| (*line, phrase.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn finds_phrases_in_comments_docs_and_strings() {
    let text = "//! A file.\n// It stands here.\nconst A: &str = \"it is\\n told\";\n/// A list that is\n/// no list.\nfn f() {}\n";
    check("a.rs", text, &[(2, "stands"), (3, "told"), (4, "is no")]);
}

#[test]
fn ignores_code() {
    let text = "fn told(stands: &'static str) -> char { let whoever = 'x'; '\\'' }\nlet r = r#\"fine\"#;\n";
    check("a.rs", text, &[]);
    check(
        "a.rs",
        "/// A call.\n///\n/// ```\n/// told();\n/// ```\n",
        &[],
    );
    check("a.md", "A call.\n\n```rust\ntold();\n```\n", &[]);
}

#[test]
fn finds_phrases_in_raw_strings_and_block_comments() {
    check(
        "a.rs",
        "let a = r#\"one \"told\" two\"#;\n/* one\n/* anew */ */\n",
        &[(1, "told"), (3, "anew")],
    );
    check(
        "a.rs",
        "for x in [\"told\", r\"anew\"] {}\n",
        &[(1, "anew"), (1, "told")],
    );
}

#[test]
fn finds_docs_that_begin_with_a_question_word() {
    let text = "//! What a file is.\n\n/// Whether it works.\nfn a() {}\n/// Returns it.\n///\n/// # Errors\n///\n/// Why it failed.\nfn b() {}\n";
    check("a.rs", text, &[(1, "What"), (3, "Whether"), (9, "Why")]);
}

#[test]
fn accepts_clauses_and_comments_that_begin_with_a_question_word() {
    check(
        "a.rs",
        "/// When a call fails, it is retried.\n/// Where\n",
        &[],
    );
    check("a.rs", "// What follows is short.\n", &[]);
    check("a.rs", "/// Where a call ends.\n", &[(1, "Where")]);
}

#[test]
fn accepts_ordinary_uses() {
    check(
        "a.md",
        "There is no such tool. It is no longer used, for good reason.\n",
        &[],
    );
    check(
        "a.md",
        "A stand-alone crate; the standard library; a retold story.\n",
        &[],
    );
}

#[test]
fn finds_phrases_in_documents_and_manifests() {
    check(
        "a.md",
        "# A title\n\nOne line\nand what is told here.\n",
        &[(4, "told")],
    );
    check(
        "a.toml",
        "[a]\n# A comment that\n# gives up.\nb = \"anew\"\n",
        &[(3, "gives up"), (4, "anew")],
    );
}

#[test]
fn counts_by_folder() {
    let finding = |file: &str| Finding {
        file: file.to_owned(),
        line: 1,
        message: String::new(),
    };
    let findings = [
        "README.md",
        "cli/src/a.rs",
        "cli/src/fetch/a.rs",
        "cli/src/fetch/b/c.rs",
    ];
    let counts: Vec<_> = count(&findings.map(finding)).into_iter().collect();
    let expected = [("", 1), ("cli/src", 1), ("cli/src/fetch", 2)];
    assert_eq!(
        counts,
        expected.map(|(folder, count)| (folder.to_owned(), count))
    );
}
