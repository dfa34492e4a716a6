//! Documentation as attributes, one for each line.
//!
//! Text of a catalog is data. Nothing in it becomes a link to an item, a test, a heading, a tag
//! of HTML, or a character that a reader cannot see; what looks like code is set as code.

mod block;
mod inline;
mod word;

use proc_macro2::{Delimiter, Group, Punct, Spacing, TokenStream, TokenTree};

use super::part::part;
use super::{literal, names};

pub(crate) use inline::{clean, code, sentence};

/// The documentation of an item from lines of a catalog; `fallback`, which is text of our own,
/// stands in if they say nothing.
pub(crate) fn emit_docs(lines: &[String], fallback: impl FnOnce() -> String) -> Group {
    let mut rendered = block::to_markdown(lines);
    if rendered.is_empty() {
        rendered.push(fallback());
    }
    emit_lines(&rendered)
}

/// The first paragraph of what [`emit_docs`] gives.
pub(crate) fn emit_summary(lines: &[String], fallback: impl FnOnce() -> String) -> Group {
    let end = lines.iter().position(|line| line.trim().is_empty());
    emit_docs(
        lines.get(..end.unwrap_or(lines.len())).unwrap_or_default(),
        fallback,
    )
}

/// Lines that are Markdown already, as documentation of an item.
pub(crate) fn emit_lines<Line: AsRef<str>>(lines: &[Line]) -> Group {
    let sign = |sign: char| TokenTree::from(Punct::new(sign, Spacing::Alone));
    let mut tokens = TokenStream::new();
    for line in lines {
        // `quote!` would copy the text.
        let text = literal::doc_line(line.as_ref());
        let doc = [names::token_of("doc").into(), sign('='), text.into()];
        let attribute = Group::new(Delimiter::Bracket, doc.into_iter().collect());
        tokens.extend([sign('#'), attribute.into()]);
    }
    part(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(block::to_markdown(&[text.to_owned()]), expected);
    }

    #[test]
    fn plain_text_stays() {
        check("Fetch one project.", &["Fetch one project."]);
        check(
            "  One.\n\n\n Two, **bold**.  \n",
            &["One.", "", "Two, **bold**."],
        );
        check("", &[]);
        check(" \u{200b}\n\t\n", &[]);
    }

    #[test]
    fn names_are_set_as_code() {
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
    fn nothing_becomes_a_link() {
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
        check("https://", &["https://"]);
    }

    #[test]
    fn nothing_becomes_html_or_a_heading() {
        check("a <b>x</b> &lt; # c", &["a \\<b\\>x\\</b\\> \\&lt; \\# c"]);
        check(
            "# Title\n===\n---|---",
            &["\\# Title", "\\===", "\\---|---"],
        );
        check("> quoted", &["\\> quoted"]);
    }

    #[test]
    fn nothing_becomes_a_test() {
        check(
            "```rust\npanic!()\n```",
            &["\\`\\`\\`rust", "panic!()", "\\`\\`\\`"],
        );
        check("    indented();", &["`indented()`;"]);
        check("- \t     a();\n- ~~~rust", &["- `a()`;", "- \\~\\~\\~rust"]);
        check("one ` tick", &["one \\` tick"]);
    }

    #[test]
    fn lists_stay_lists() {
        check(
            "- one\nmore\n- two\n\nend",
            &["- one", "  more", "- two", "", "end"],
        );
        check("1. - one", &["1. \\- one"]);
        check("* * *", &["\\* * *"]);
    }

    #[test]
    fn what_cannot_be_seen_goes() {
        check("a\u{202e}b\u{0}c\u{a0}d\r\ne", &["abc d", "e"]);
    }

    #[test]
    fn long_lines_are_wrapped() {
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
