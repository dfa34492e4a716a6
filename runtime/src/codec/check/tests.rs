//! Each check on values that pass and values that fail.

use serde_json::json;

use super::*;
use crate::codec::ArgumentError;

/// Returns the message of `check` if `json` fails it.
fn failure(check: Check, json: &Json) -> Option<String> {
    let mut walk = Walk::strict();
    Check::run_all(&[check], json, &mut walk);
    let error = walk.finish().map_err(ArgumentError::new).err();
    error.map(|error| error.to_string().replace("the arguments: ", ""))
}

/// Asserts that `good` passes, that `bad` fails, and that values of other types pass.
#[track_caller]
fn compare(check: Check, good: &Json, bad: &Json) {
    assert_eq!(failure(check, good), None);
    assert!(failure(check, bad).is_some());
    assert_eq!(failure(check, &Json::Null), None);
    assert_eq!(failure(check, &json!(true)), None);
}

#[test]
fn checks_the_bounds_of_numbers() {
    compare(Check::Minimum(2.0), &json!(2), &json!(1));
    compare(Check::Maximum(2.0), &json!(2), &json!(3));
    compare(Check::ExclusiveMinimum(2.0), &json!(2.1), &json!(2));
    compare(Check::ExclusiveMaximum(2.0), &json!(1.9), &json!(2));
    compare(Check::MultipleOf(0.1), &json!(0.3), &json!(0.35));
}

#[test]
fn compares_numbers_without_rounding() {
    const BIG: i128 = 9_007_199_254_740_993; // 2^53 + 1
    for (check, good, bad) in [
        (
            Check::Maximum(9_007_199_254_740_992.0),
            "9007199254740992",
            "9007199254740993",
        ),
        (
            Check::IntegerMaximum(BIG),
            "9007199254740993",
            "9007199254740994",
        ),
        (
            Check::IntegerMinimum(BIG),
            "9007199254740993",
            "9007199254740992",
        ),
        (Check::IntegerMinimum(BIG), "1e300", "-1e300"),
        (
            Check::ExclusiveMinimum(-9_007_199_254_740_992.0),
            "-9007199254740991",
            "-9007199254740993",
        ),
        (Check::Minimum(1.5), "2", "1"),
        (Check::Maximum(1e300), "18446744073709551615", "1e301"),
        (
            Check::MultipleOf(3.0),
            "99999999999999999",
            "100000000000000000",
        ),
        (Check::MultipleOf(0.000_000_1), "1.2345678", "1.23456789"),
        (Check::MultipleOf(0.01), "19.99", "19.999"),
        (Check::MultipleOf(1e20), "3e20", "18446744073709551615"),
        (Check::MultipleOf(1e-300), "7", "1e-301"),
        (Check::MultipleOf(2.5), "-7.5", "-7"),
    ] {
        compare(
            check,
            &serde_json::from_str(good).unwrap(),
            &serde_json::from_str(bad).unwrap(),
        );
    }
}

/// A float that is sent may be an integer that the check of the arguments saw before it was rounded.
#[test]
fn a_rounded_integer_is_not_checked_again() {
    const BIG: i128 = 9_007_199_254_740_993; // 2^53 + 1
    let rounded = json!(9_007_199_254_740_992.0);
    for (check, is_fine) in [
        (Check::IntegerMinimum(BIG), true),
        (Check::ExclusiveMinimum(9_007_199_254_740_992.0), true),
        (Check::MultipleOf(3.0), true),
        (Check::IntegerMinimum(BIG + 1), false),
        (Check::Minimum(9_007_199_254_740_994.0), false),
    ] {
        let problems = |mut walk: Walk| {
            check.run(&rounded, &mut walk);
            walk.problem_count()
        };
        assert_eq!(problems(Walk::sending()) == 0, is_fine, "{check:?}");
        assert_ne!(problems(Walk::strict()), 0, "{check:?}");
    }
}

#[test]
fn counts_strings_in_characters() {
    compare(Check::MinLength(2), &json!("üü"), &json!("ü"));
    compare(Check::MaxLength(2), &json!("üü"), &json!("üüü"));
}

#[test]
fn checks_the_sizes_of_arrays_and_objects() {
    compare(Check::MinItems(1), &json!([1]), &json!([]));
    compare(Check::MaxItems(1), &json!([1]), &json!([1, 2]));
    compare(
        Check::UniqueItems,
        &json!([1, "1", [1]]),
        &json!([{"a": 1}, {"a": 1}]),
    );
    compare(Check::MinProperties(1), &json!({"a": 1}), &json!({}));
    compare(
        Check::MaxProperties(1),
        &json!({"a": 1}),
        &json!({"a": 1, "b": 2}),
    );
    compare(
        Check::Items(&[Check::Minimum(0.0)]),
        &json!([0, 1]),
        &json!([0, -1]),
    );
    compare(
        Check::Values(&[Check::Minimum(0.0)]),
        &json!({"a": 0}),
        &json!({"a": -1}),
    );
    let found = failure(Check::MaxProperties(0), &json!({"a": 1}));
    assert_eq!(
        found.unwrap(),
        "expected at most 0 properties, found {\"a\":1}"
    );
}

#[test]
fn checks_formats() {
    for (format, good, bad) in [
        (Format::Email, "a@b.test", "a b@c"),
        (Format::Uri, "https://a.test/?b", "a.test"),
        (Format::Ipv4, "192.0.2.7", "192.0.2.700"),
        (Format::Ipv6, "2001:db8::7", "2001:db8"),
        (Format::Date, "2024-02-29", "2026-02-29"),
        (Format::DateTime, "2026-06-23T10:00:00Z", "2026-06-23"),
        (Format::Time, "23:59:60.5Z", "10:00:00"),
        (Format::Time, "10:00:00+02:00", "25:00:00Z"),
        (Format::Duration, "P1Y2M3DT4H5M6S", "PT1H6S"),
        (Format::Duration, "P2W", "P1Y2W"),
        (Format::Duration, "PT36H", "P1DT"),
        (Format::Duration, "P1M", "P"),
        (Format::Hostname, "a-1.example", "-a.example"),
        (Format::Hostname, "localhost", "a..example"),
        (Format::Hostname, "3com.example", "a_b.example"),
        (
            Format::Uuid,
            "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "f81d4fae",
        ),
    ] {
        compare(Check::Format(format), &json!(good), &json!(bad));
    }
}

#[test]
fn names_the_pattern_that_must_not_match() {
    const DOT: Check = Check::Not(&[Check::Type(&[JsonType::String]), Check::Pattern("^\\.")]);
    compare(DOT, &json!("a"), &json!(".a"));
    let message = failure(DOT, &json!(".a"));
    let expected = r#"expected a string that does not match `^\.`, found ".a""#;
    assert!(message.is_some_and(|message| message.contains(expected)));
}
