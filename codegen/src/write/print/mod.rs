//! Tokens as text in the form that rustfmt gives them, for the Rust that the emitters write:
//! items, fields, signatures, chains and lists, but no control flow.
//!
//! It is a formatter of its own because the two others do not do. rustfmt is a program that has
//! to be there, and slow; prettyplease breaks lists by one width where rustfmt has a limit for
//! each kind, so that its text would have to be taken apart again, and together with the parser
//! that it needs it took half of the time of a whole generation.

mod item;
mod line;
mod list;
mod statement;

use proc_macro2::TokenStream;

/// Writes an item.
pub(super) fn push_item(tokens: TokenStream, text: &mut String) {
    item::push_items(tokens, 0, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What rustfmt 1.9 makes of the item; indented as the test is.
    #[track_caller]
    fn check(tokens: &str, expected: &str) {
        let mut text = String::new();
        push_item(tokens.parse().unwrap(), &mut text);
        let expected = expected
            .trim_start_matches('\n')
            .replace("\n        ", "\n");
        assert_eq!(text.trim_end(), expected.trim());
    }

    #[test]
    fn lists_are_broken_by_the_limit_of_their_kind() {
        check(
            "const A: &[&str] = &[\"usd\", \"eur\"];",
            "const A: &[&str] = &[\"usd\", \"eur\"];",
        );
        check(
            &format!("const A: &[&str] = &[{}];", "\"usd\", ".repeat(20)),
            "const A: &[&str] = &[
            \"usd\", \"usd\", \"usd\", \"usd\", \"usd\", \"usd\", \"usd\", \"usd\", \"usd\", \"usd\", \"usd\", \"usd\", \"usd\",
            \"usd\", \"usd\", \"usd\", \"usd\", \"usd\", \"usd\", \"usd\",
        ];",
        );
        check(
            &format!("const A: &[&str] = &[{}];", "\"a longer one\", ".repeat(4)),
            "const A: &[&str] = &[
            \"a longer one\",
            \"a longer one\",
            \"a longer one\",
            \"a longer one\",
        ];",
        );
    }

    #[test]
    fn a_value_that_fits_below_goes_below() {
        check(
            "const A_NAME_OF_SOME_LENGTH: &'static Shape = &Shape::request(\"Some\", &[Field::path(\"id\").required()]);",
            "const A_NAME_OF_SOME_LENGTH: &'static Shape =
            &Shape::request(\"Some\", &[Field::path(\"id\").required()]);",
        );
        let text = "x".repeat(120);
        check(
            &format!("const A: &str = \"{text}\";"),
            &format!("const A: &str = \"{text}\";"),
        );
    }

    #[test]
    fn chains_are_broken_at_their_links() {
        check(
            "const A: &[Field] = &[Field::body(\"name\").required().checks(&[Check::MinLength(1)])];",
            "const A: &[Field] = &[Field::body(\"name\")
            .required()
            .checks(&[Check::MinLength(1)])];",
        );
        check(
            "const A: &[Field] = &[
                Field::body(\"emails\").required().checks(&[Check::MinItems(1), Check::Items(&[Check::Format(Format::Email)])]),
                Field::query(\"x\").checks(&[Check::Items(&[Check::MaxItems(3), Check::MaxItems(3), Check::MaxItems(3), Check::MaxItems(3)])]),
            ];",
            "const A: &[Field] = &[
            Field::body(\"emails\").required().checks(&[
                Check::MinItems(1),
                Check::Items(&[Check::Format(Format::Email)]),
            ]),
            Field::query(\"x\").checks(&[Check::Items(&[
                Check::MaxItems(3),
                Check::MaxItems(3),
                Check::MaxItems(3),
                Check::MaxItems(3),
            ])]),
        ];",
        );
    }

    #[test]
    fn signatures_are_broken_at_their_parameters() {
        check(
            "pub fn new(account_id: impl Into<AccountId>, data: impl Into<BTreeMap<String, Json>>, last: i64) -> Self { Self { account_id: account_id.into(), ..Self::empty() } }",
            "pub fn new(
            account_id: impl Into<AccountId>,
            data: impl Into<BTreeMap<String, Json>>,
            last: i64,
        ) -> Self {
            Self {
                account_id: account_id.into(),
                ..Self::empty()
            }
        }",
        );
        check(
            "pub fn ping(&self) -> Call<Json> where Access: CanWrite, { self.0.call(Ping::new(-1)) }",
            "pub fn ping(&self) -> Call<Json>
        where
            Access: CanWrite,
        {
            self.0.call(Ping::new(-1))
        }",
        );
    }

    #[test]
    fn tuple_structs_are_broken_at_their_fields() {
        let name = "A".repeat(70);
        check(
            &format!("pub struct {name}<'a, T>(pub(super) Resource<'a, T>);"),
            &format!(
                "pub struct {name}<'a, T>(
            pub(super) Resource<'a, T>,
        );"
            ),
        );
    }

    #[test]
    fn long_values_go_below_their_names() {
        let name = "n".repeat(50);
        check(
            &format!(
                "fn new() -> Self {{ Self {{ {name}: {name}.into(), text: \"{name}{name}\" }} }}"
            ),
            &format!(
                "fn new() -> Self {{
            Self {{
                {name}:
                    {name}.into(),
                text: \"{name}{name}\",
            }}
        }}"
            ),
        );
        let name = "N".repeat(90);
        check(
            &format!("pub static {name}: Spec = Spec {{ name: \"a\" }};"),
            &format!(
                "pub static {name}: Spec =
            Spec {{ name: \"a\" }};"
            ),
        );
    }

    #[test]
    fn long_attributes_are_broken_without_a_last_comma() {
        check(
            "#[allow(clippy::fn_params_excessive_bools, clippy::too_many_arguments, reason = \"so\")] fn a() {}",
            "#[allow(
            clippy::fn_params_excessive_bools,
            clippy::too_many_arguments,
            reason = \"so\"
        )]
        fn a() {}",
        );
    }

    #[test]
    fn types_are_spaced_as_one_writes_them() {
        let line =
            "pub struct A<'a, T = Full>(pub(super) B<'a, T>, &'static [Self], Option<Vec<C>>);";
        check(line, line);
        let line = "fn a(&self) -> impl Iterator<Item = &'static T> + use<T> {}";
        check(line, line);
    }

    #[test]
    fn documentation_says_what_the_attribute_does() {
        check(
            r#"#[doc = " a \"b\" \\[c\\] \u{e9}"] #[doc = ""] #[allow(clippy::x, reason = "y")] struct A {}"#,
            "/// a \"b\" \\[c\\] é
        ///
        #[allow(clippy::x, reason = \"y\")]
        struct A {}",
        );
    }
}
