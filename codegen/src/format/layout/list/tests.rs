//! Lines that rustfmt breaks, with its output.

use super::*;

#[track_caller]
fn check(lay_out: impl FnOnce(&mut String), expected: &str) {
    let mut text = String::new();
    lay_out(&mut text);
    assert_eq!(text.trim_end(), expected);
}

#[test]
fn keeps_the_comma_of_a_tuple_with_one_element() {
    check(
        |text| {
            let signature = "pub fn new(of_one: (String,), of_more: (String, i64), list: Vec<(AnElementOfTheOnlyList,)>) -> Self {";
            lay_out_signature(signature, 0, text);
        },
        "pub fn new(
    of_one: (String,),
    of_more: (String, i64),
    list: Vec<(AnElementOfTheOnlyList,)>,
) -> Self {",
    );
}

#[test]
fn imports_leave_one_column_free() {
    // With `, Value,`, the line would have exactly 100 characters.
    check(
        |text| {
            let names = "CanWrite, Check, Choice, Extra, Field, FunctionCall, Object, Open, Shape, Tool, ToolSpec, Value, objects";
            lay_out_use(&format!("use super::a::{{{names}}};"), text);
        },
        "use super::a::{
    CanWrite, Check, Choice, Extra, Field, FunctionCall, Object, Open, Shape, Tool, ToolSpec,
    Value, objects,
};",
    );
}

#[test]
fn imports_have_the_width_that_rustfmt_allows() {
    // 98 characters, then 99.
    let one_line = "use super::a::{Access, Builder, CanDestroy, CanWrite, Check, Choice, Extra, Field, Functions, AB};";
    check(|text| lay_out_use(one_line, text), one_line);
    check(
        |text| lay_out_use(&one_line.replace("AB}", "ABC}"), text),
        "use super::a::{
    Access, Builder, CanDestroy, CanWrite, Check, Choice, Extra, Field, Functions, ABC,
};",
    );
    // The last name ends at column 99. Its comma does not count.
    check(
        |text| {
            let names = "CanWrite, Check, Choice, Extra, Field, FunctionCall, Object, Open, Shape, Tool, ToolSpec, Value";
            lay_out_use(&format!("use super::a::{{{names}}};"), text);
        },
        "use super::a::{
    CanWrite, Check, Choice, Extra, Field, FunctionCall, Object, Open, Shape, Tool, ToolSpec, Value,
};",
    );
}

#[test]
fn breaks_the_names_of_a_shape_at_spaces() {
    let names =
        "createdBy createdByType createdIn lastChangedBy lastChangedByType createdAt updatedAt";
    check(
        |text| {
            let shape =
                format!("const S: Shape = Shape {{ name: \"X\", optional: \"{names} id\" }};");
            lay_out_statement(&shape, 0, text);
        },
        "const S: Shape = Shape {
    name: \"X\",
    optional: \"createdBy createdByType createdIn lastChangedBy lastChangedByType createdAt \\
        updatedAt id\",
};",
    );
    check(
        |text| {
            let list = format!("\\n,First name,{}", names.replace(' ', ","));
            let shape = format!("const S: Shape = Shape {{ required: \"{list}\" }};");
            lay_out_statement(&shape, 0, text);
        },
        "const S: Shape = Shape {
    required: \"\\n,First name,createdBy,createdByType,createdIn,lastChangedBy,lastChangedByType,createdAt,updatedAt\",
};",
    );
}

#[test]
fn fills_lines_with_short_arguments_of_a_macro() {
    check(
        |text| {
            let names = "Tree, ABCD, All, AllB, AndExpr, FooBarBaz, Input, Node, NotExpr, ReqLoop, RiBen, Root, VecInput";
            lay_out_statement(&format!("objects!({names});"), 0, text);
        },
        "objects!(
    Tree, ABCD, All, AllB, AndExpr, FooBarBaz, Input, Node, NotExpr, ReqLoop, RiBen, Root, VecInput
);",
    );
    check(
        |text| {
            lay_out_statement(
                "objects!(AVeryLongNameOfOneType, AnotherLongNameOfAType, AThirdLongNameOfAType, Short);",
                0,
                text,
            );
        },
        "objects!(
    AVeryLongNameOfOneType,
    AnotherLongNameOfAType,
    AThirdLongNameOfAType,
    Short
);",
    );
    check(
        |text| {
            lay_out_statement(
                "unions!(A(One, Two), B(First, Second, Third, Fourth, Fifth, Sixth, Seventh, Eighth, Ninth, Tenth, Last));",
                0,
                text,
            );
        },
        "unions!(
    A(One, Two),
    B(
        First, Second, Third, Fourth, Fifth, Sixth, Seventh, Eighth, Ninth, Tenth, Last,
    )
);",
    );
}
