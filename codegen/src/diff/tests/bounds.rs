//! Bounds in every spelling, and the limits and texts of schemas that no type shows.

use super::*;

const TIGHTENED: &[&str] = &["arg-bound-tightened behaviour argument /a"];
const LOOSENED: &[&str] = &["arg-bound-loosened additive argument /a"];
const CHANGED: &[&str] = &["field-bound-changed docs field /a"];
const ANNOTATION: &[&str] = &["annotation-changed docs* argument /a"];

/// Compares two schemas of one argument.
#[track_caller]
fn check_argument(before: &str, after: &str, there: &[&str], back: &[&str]) {
    let [before, after] =
        [before, after].map(|schema| format!(r#""properties": {{"a": {schema}}}"#));
    check_arguments(&before, &after, there, back);
}

/// Compares two schemas of one field of a record.
#[track_caller]
fn check_field(before: &str, after: &str, there: &[&str], back: &[&str]) {
    let [before, after] =
        [before, after].map(|schema| format!(r#""properties": {{"a": {schema}}}"#));
    check_records(&before, &after, there, back);
}

#[test]
fn bounds_are_compared_as_exact_numbers() {
    for (ty, looser, tighter) in [
        (
            "integer",
            r#""maximum": 9007199254740993"#,
            r#""maximum": 100"#,
        ),
        (
            "integer",
            r#""maximum": 9007199254740993"#,
            r#""maximum": 9007199254740992"#,
        ),
        (
            "integer",
            r#""minimum": -9007199254740993"#,
            r#""minimum": -9007199254740992"#,
        ),
        (
            "number",
            r#""maximum": 9007199254740993"#,
            r#""maximum": 0.5"#,
        ),
        ("number", r#""multipleOf": 0.1"#, r#""multipleOf": 0.3"#),
        ("number", r#""multipleOf": 1e-20"#, r#""multipleOf": 0.7"#),
        ("integer", r#""multipleOf": 2"#, r#""multipleOf": 6"#),
        ("number", r#""minimum": 0"#, r#""exclusiveMinimum": 0"#),
        ("number", r#""maximum": 1.5"#, r#""exclusiveMaximum": 1.5"#),
        ("number", r#""exclusiveMaximum": 2"#, r#""maximum": 1.5"#),
        ("integer", r#""exclusiveMinimum": 0"#, r#""minimum": 2"#),
        (
            "integer",
            r#""minimum": 1"#,
            r#""minimum": 1, "exclusiveMinimum": 4"#,
        ),
    ] {
        let schema = |bound: &str| format!(r#"{{"type": "{ty}", {bound}}}"#);
        check_argument(&schema(looser), &schema(tighter), TIGHTENED, LOOSENED);
        check_field(&schema(looser), &schema(tighter), CHANGED, CHANGED);
    }
    // Neither accepts everything that the other does.
    let step = |step: &str| format!(r#"{{"type": "number", "multipleOf": {step}}}"#);
    check_argument(&step("0.2"), &step("0.3"), TIGHTENED, TIGHTENED);
}

/// The keywords of one schema in two spellings.
const SAME_BOUNDS: &[(&str, &str)] = &[
    (
        r#""type": "integer", "minimum": 1"#,
        r#""type": "integer", "exclusiveMinimum": 0"#,
    ),
    (
        r#""type": "integer", "maximum": 9"#,
        r#""type": "integer", "exclusiveMaximum": 10"#,
    ),
    (
        r#""type": "integer", "maximum": 9"#,
        r#""type": "integer", "maximum": 9.5"#,
    ),
    (
        r#""type": "integer", "minimum": 1"#,
        r#""type": "integer", "minimum": 1, "exclusiveMinimum": -5"#,
    ),
    (
        r#""type": "integer""#,
        r#""type": "integer", "multipleOf": 1"#,
    ),
    (
        r#""type": "array", "items": {"type": "integer", "minimum": 1}"#,
        r#""type": "array", "items": {"type": "integer", "exclusiveMinimum": 0}"#,
    ),
    (
        r#""type": "string", "description": null"#,
        r#""type": "string""#,
    ),
    (
        r#""type": "string", "deprecated": false"#,
        r#""type": "string""#,
    ),
    (
        r#""type": "object", "dependentRequired": {"x": ["y", "z"]}"#,
        r#""type": "object", "dependentRequired": {"x": ["z", "y"]}"#,
    ),
    (
        r#""type": "string", "not": {"enum": ["a", "b"]}"#,
        r#""type": "string", "not": {"enum": ["b", "a"]}"#,
    ),
    (
        r#""type": "string", "not": {"const": "a"}"#,
        r#""type": "string", "not": {"enum": ["a"]}"#,
    ),
    (
        r#""type": "object", "not": {"required": ["a", "b"]}"#,
        r#""type": "object", "not": {"required": ["b", "a"]}"#,
    ),
    (
        r#""type": "array", "items": {"type": "string"}, "contains": {"const": "a"}"#,
        r#""type": "array", "items": {"type": "string"}, "contains": {"const": "a"}, "minContains": 1"#,
    ),
    (
        r#""type": "integer", "not": {"minimum": 1}"#,
        r#""type": "integer", "not": {"exclusiveMinimum": 0}"#,
    ),
    (
        r#""not": {"type": "integer", "minimum": 1}"#,
        r#""not": {"type": ["integer"], "exclusiveMinimum": 0}"#,
    ),
    (
        r#""oneOf": [{"type": "string", "maxLength": 3}]"#,
        r#""type": "string", "maxLength": 3"#,
    ),
    (
        r#""anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}]"#,
        r#""type": ["string", "null"], "maxLength": 3"#,
    ),
];

#[test]
fn one_bound_in_two_spellings_is_no_change() {
    for (one, other) in SAME_BOUNDS {
        let [one, other] = [one, other].map(|schema| format!("{{{schema}}}"));
        check_argument(&one, &other, &[], &[]);
        check_field(&one, &other, &[], &[]);
    }
}

#[test]
fn limits_of_fields_without_a_type_are_reported() {
    for (base, limit) in [
        (r#""type": "string""#, r#""not": {"const": "x"}"#),
        (r#""type": "string""#, r#""format": "uuid""#),
        (
            r#""type": "string""#,
            r#""if": {"minLength": 2}, "then": {"pattern": "x"}"#,
        ),
        (
            r#""type": "array", "items": {"type": "string"}"#,
            r#""contains": {"const": "x"}"#,
        ),
        (
            r#""type": "object", "additionalProperties": {"type": "string"}"#,
            r#""propertyNames": {"pattern": "^x"}"#,
        ),
        (
            r#""type": "object", "properties": {"x": {"type": "string"}}"#,
            r#""dependentRequired": {"x": ["y"]}"#,
        ),
        (
            r#""type": "object", "properties": {"x": {"type": "string"}}"#,
            r#""additionalProperties": false"#,
        ),
    ] {
        let [plain, limited] = [format!("{{{base}}}"), format!("{{{base}, {limit}}}")];
        let found = |before: &str, after: &str| {
            let record = |schema: &str| {
                format!(
                    r#"[{{"name": "list_keys", "resource": "keys", "method": "list",
                    "response_schema": {{"type": "object", "properties": {{"a": {schema}}}}}}}]"#
                )
            };
            let source = CatalogSource::Truto(AccountSettings::default());
            changes(&source, &record(before), &record(after))
        };
        for found in [found(&plain, &limited), found(&limited, &plain)] {
            assert!(
                found.iter().any(|line| line == CHANGED[0]),
                "{limited}: {found:?}"
            );
        }
    }
    // A limit is one change, and its texts are not limits.
    let not = |inner: &str| format!(r#"{{"type": "string", "not": {{{inner}}}}}"#);
    check_field(
        &not(r#""maxLength": 3"#),
        &not(r#""maxLength": 4"#),
        CHANGED,
        CHANGED,
    );
}

/// Returns the properties of a record with a definition `N`.
fn with_definition(definition: &str, properties: &str) -> String {
    format!(r#""$defs": {{"N": {definition}}}, "properties": {{{properties}}}"#)
}

#[test]
fn a_definition_inside_a_limit_is_a_part_of_it() {
    let reference = r##"{"$ref": "#/$defs/N"}"##;
    for field in [
        r#"{"type": "object", "patternProperties": {"^x": REF}}"#,
        r#"{"type": "string", "not": REF}"#,
        r#"{"type": "string", "if": REF, "then": {"minLength": 1}}"#,
        r#"{"type": "string", "if": {"minLength": 1}, "then": REF}"#,
        r#"{"type": "array", "items": {"type": "string"}, "contains": REF}"#,
        r#"{"type": "string", "not": {"anyOf": [{"not": REF}, {"const": "x"}]}}"#,
        r#"{"type": "object", "dependencies": {"x": {"required": ["y"], "not": REF}}}"#,
    ] {
        let field = format!(r#""a": {}"#, field.replace("REF", reference));
        for [before, after] in [
            [r#""maxLength": 3"#, r#""maxLength": 4"#],
            [r#""enum": ["x", "y"]"#, r#""enum": ["x", "z"]"#],
        ] {
            let record =
                |rule: &str| with_definition(&format!(r#"{{"type": "string", {rule}}}"#), &field);
            check_records(&record(before), &record(after), CHANGED, CHANGED);
        }
    }
    // A circle ends.
    let circle = |length: u8| {
        let definition = format!(
            r#"{{"type": "object", "properties": {{"t": {{"type": "string", "maxLength": {length}}}}},
            "not": {{"required": ["t"], "properties": {{"n": {reference}}}}}}}"#
        );
        with_definition(
            &definition,
            &format!(r#""a": {{"type": "object", "not": {reference}}}"#),
        )
    };
    check_records(&circle(3), &circle(4), CHANGED, CHANGED);
}

#[test]
fn a_definition_inside_and_outside_of_a_limit_is_reported_once() {
    let fields = r##""a": {"type": "object", "patternProperties": {"^x": {"$ref": "#/$defs/N"}}},
        "b": {"$ref": "#/$defs/N"}"##;
    let record = |rest: &str| {
        with_definition(
            &format!(
                r#"{{"type": "object", "properties": {{"c": {{"type": "string", {rest}}}}}}}"#
            ),
            fields,
        )
    };
    let text = &["tool-text-changed docs* field /a/^x/c"];
    check_records(
        &record(r#""description": "One.""#),
        &record(r#""description": "Two.""#),
        text,
        text,
    );
    let limits = &[CHANGED[0], "field-bound-changed docs field /b/c"];
    check_records(
        &record(r#""maxLength": 3"#),
        &record(r#""maxLength": 4"#),
        limits,
        limits,
    );
}

#[test]
fn a_text_beside_a_second_reference_is_reported() {
    let arguments = |text: &str| {
        let fields = format!(
            r##""a": {{"$ref": "#/$defs/N"}}, "b": {{"$ref": "#/$defs/N", "description": "{text}"}}"##
        );
        with_definition(r#"{"type": "string", "description": "Inner."}"#, &fields)
    };
    let changed = &["tool-text-changed docs* argument /b"];
    check_arguments(&arguments("One."), &arguments("Two."), changed, changed);
}

#[test]
fn a_bound_of_a_number_is_that_of_an_integer_as_well() {
    let field = |ty: &str| format!(r#"{{"type": "{ty}", "exclusiveMinimum": 0, "maximum": 9.5}}"#);
    let changed = &["field-type-changed compile field /a"];
    check_field(&field("number"), &field("integer"), changed, changed);
}

#[test]
fn a_field_that_may_no_longer_be_null_became_required() {
    let record = |ty: &str, required: &str| {
        format!(r#""properties": {{"a": {{"type": {ty}}}}}, "required": [{required}]"#)
    };
    let (text, text_or_null) = (r#""string""#, r#"["string", "null"]"#);
    for (loose, tight, grade) in [
        (record(text_or_null, ""), record(text, ""), "docs"),
        (record(text, ""), record(text_or_null, r#""a""#), "docs"),
        (
            record(text_or_null, ""),
            record(text_or_null, r#""a""#),
            "docs",
        ),
        (
            record(text_or_null, r#""a""#),
            record(text, r#""a""#),
            "compile",
        ),
        (record(text_or_null, ""), record(text, r#""a""#), "compile"),
    ] {
        let there = format!("field-became-required {grade} field /a");
        let back = format!("field-became-optional {grade} field /a");
        check_records(&loose, &tight, &[&there], &[&back]);
    }
}

#[test]
fn every_annotation_is_reviewed() {
    for annotation in [
        r#""enumDescriptions": ["first"]"#,
        r#""enumNames": ["first"]"#,
        r#""markdownDescription": "a text""#,
        r#""errorMessage": "a text""#,
        r#""x-note": "a text""#,
        r#""format": "color""#,
        r#""someFutureKeyword": {"text": "a text"}"#,
    ] {
        let plain = r#"{"type": "string"}"#;
        let annotated = format!(r#"{{"type": "string", {annotation}}}"#);
        check_argument(plain, &annotated, ANNOTATION, ANNOTATION);
    }
}

#[test]
fn a_text_behind_another_one_is_reviewed() {
    let schema = |inner: &str| {
        format!(
            r##""$defs": {{"N": {{"type": "string", "description": "{inner}"}}}},
            "properties": {{"a": {{"description": "Outer.", "$ref": "#/$defs/N"}}}}"##
        )
    };
    let changed = &["tool-text-changed docs* argument /a"];
    check_arguments(&schema("One."), &schema("Two."), changed, changed);
}

#[test]
fn a_string_literal_is_a_text_an_identifier_or_a_date() {
    let schema = |name: &str, schema: &str| {
        format!(r#""properties": {{"{name}": {schema}}}, "required": ["{name}"]"#)
    };
    let text = r#"{"type": "string"}"#;
    let date = r#"{"type": "string", "format": "date"}"#;
    let time = r#"{"type": "string", "format": "date-time"}"#;
    let list = |items: &str| format!(r#"{{"type": "array", "items": {items}}}"#);
    let or_null = |format: &str| format!(r#"{{"type": ["string", "null"]{format}}}"#);
    let swaps = [
        (text.to_owned(), time.to_owned()),
        (text.to_owned(), date.to_owned()),
        (date.to_owned(), time.to_owned()),
        (or_null(r#", "format": "date""#), "{}".to_owned()),
        (list(text), list(date)),
        (list(text), list("{}")),
        (or_null(""), or_null(r#", "format": "date""#)),
    ];
    for (one, other) in swaps {
        check_arguments(
            &schema("a", &one),
            &schema("b", &other),
            &["arg-required-swapped wire argument /b"],
            &["arg-required-swapped wire argument /a"],
        );
    }
    let number = r#"{"type": "integer"}"#.to_owned();
    for (one, other) in [
        (date.to_owned(), number.clone()),
        (text.to_owned(), list(text)),
        (list(text), list(&number)),
        (text.to_owned(), or_null("")),
        // A value without a type may be null.
        (date.to_owned(), "{}".to_owned()),
    ] {
        check_arguments(
            &schema("a", &one),
            &schema("b", &other),
            &[
                "arg-required-removed compile argument /a",
                "arg-required-added compile argument /b",
            ],
            &[
                "arg-required-added compile argument /a",
                "arg-required-removed compile argument /b",
            ],
        );
    }
}
