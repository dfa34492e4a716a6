//! Documentation as `#[doc]` attributes, one for each line.
//!
//! Text of a catalog is data. None of it becomes a link to an item, a doctest, a heading, an HTML
//! tag, or an invisible character. Names of code are formatted as code.

mod block;
mod inline;
mod word;

use proc_macro2::{Delimiter, Group, Punct, Spacing, TokenStream, TokenTree};

use crate::emit::tokens::group::group;
use crate::emit::tokens::{literal, names};

pub(crate) use inline::{clean, code, sentence};

/// Emits the documentation of an item from lines of the catalog, or `fallback` if they are empty.
///
/// `fallback` is trusted Markdown.
pub(crate) fn emit_docs(lines: &[String], fallback: impl FnOnce() -> String) -> Group {
    let mut rendered = block::to_markdown(lines);
    if rendered.is_empty() {
        rendered.push(fallback());
    }
    emit_lines(&rendered)
}

/// Returns the documentation of an argument without a description.
pub(crate) fn argument(wire: &str) -> String {
    format!("The argument {}.", code(wire))
}

/// Emits the first paragraph of the documentation of an item; see [`emit_docs`].
pub(crate) fn emit_summary(lines: &[String], fallback: impl FnOnce() -> String) -> Group {
    let end = lines.iter().position(|line| line.trim().is_empty());
    emit_docs(
        lines.get(..end.unwrap_or(lines.len())).unwrap_or_default(),
        fallback,
    )
}

/// Emits lines of trusted Markdown as the documentation of an item.
pub(crate) fn emit_lines<Line: AsRef<str>>(lines: &[Line]) -> Group {
    let punct = |punct: char| TokenTree::from(Punct::new(punct, Spacing::Alone));
    let mut tokens = TokenStream::new();
    for line in lines {
        // Built by hand, because `quote!` would copy the text.
        let text = literal::doc_line(line.as_ref());
        let doc = [names::token_of("doc").into(), punct('='), text.into()];
        let attribute = Group::new(Delimiter::Bracket, doc.into_iter().collect());
        tokens.extend([punct('#'), attribute.into()]);
    }
    group(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(block::to_markdown(&[text.to_owned()]), expected);
    }

    #[test]
    fn keeps_plain_text() {
        check("Fetch one project.", &["Fetch one project."]);
        check(
            "  One.\n\n\n Two, **bold**.  \n",
            &["One.", "", "Two, **bold**."],
        );
        check("", &[]);
        check(" \u{200b}\n\t\n", &[]);
    }

    #[test]
    fn shows_values_exactly() {
        for (value, shown) in [
            ("", "the empty string"),
            ("a b", "`a b`"),
            (" ", "`\" \"`"),
            ("\t", "`\"\\t\"`"),
            ("a ", "`\"a \"`"),
            ("a\u{200b}", "`\"a\\u{200b}\"`"),
        ] {
            assert_eq!(code(value), shown);
        }
    }

    #[test]
    fn formats_names_as_code() {
        check(
            "Needs accountId, OAuth on iOS.",
            &["Needs `accountId`, OAuth on iOS."],
        );
        check(
            "See api_key.first_used or Foo::bar()",
            &["See `api_key`.`first_used` or `Foo::bar()`"],
        );
        check("a `b_c` d_e", &["a `b_c` `d_e`"]);
    }

    #[test]
    fn escapes_links() {
        check(
            "see [Vec] and [`Vec`](x)",
            &["see \\[Vec\\] and \\[`Vec`\\](x)"],
        );
        check("[Vec]: https://a.test", &["\\[Vec\\]: <https://a.test>"]);
        check(
            "At (https://a.test/x_y?b=1).",
            &["At (<https://a.test/x_y?b=1>)."],
        );
        check("<https://a.test>", &["<https://a.test>"]);
        check(
            "At https://a.test/b_(c), (https://a.test/?x=[1]).",
            &["At <https://a.test/b_(c)>, (<https://a.test/?x=[1]>)."],
        );
        check("https://", &["https://"]);
    }

    #[test]
    fn escapes_html_and_headings() {
        check("a <b>x</b> &lt; # c", &["a \\<b\\>x\\</b\\> \\&lt; \\# c"]);
        check(
            "# Title\n===\n---|---",
            &["\\# Title", "\\===", "\\---|---"],
        );
        check("> quoted", &["\\> quoted"]);
    }

    #[test]
    fn escapes_doctests() {
        check(
            "```rust\npanic!()\n```",
            &["\\`\\`\\`rust", "panic!()", "\\`\\`\\`"],
        );
        check("    indented();", &["`indented()`;"]);
        check("- \t     a();\n- ~~~rust", &["- `a()`;", "- \\~\\~\\~rust"]);
        check("one ` tick", &["one \\` tick"]);
    }

    #[test]
    fn keeps_lists() {
        check(
            "- one\nmore\n- two\n\nend",
            &["- one", "  more", "- two", "", "end"],
        );
        check("1. - one", &["1. \\- one"]);
        check("* * *", &["\\* * *"]);
    }

    #[test]
    fn removes_invisible_characters() {
        check("a\u{202e}b\u{0}c\u{a0}d\r\ne", &["abc d", "e"]);
    }

    #[test]
    fn wraps_long_lines() {
        let text = "word ".repeat(30) + "- dash";
        let lines = block::to_markdown(&[text]);
        assert!(
            lines.len() == 2 && lines.iter().all(|line| line.len() <= 92),
            "{lines:?}"
        );
        let text = "1234 ".repeat(18) + "ab - dash 1. x";
        assert_eq!(
            block::to_markdown(&[text]),
            ["1234 ".repeat(18) + "ab -", "dash 1. x".to_owned()]
        );
    }
}
