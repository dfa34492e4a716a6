//! Random schemas and calls beside python-jsonschema. `corpus-check differential` runs many more.

use toolsmith_tests::corpus::{Extent, RecordCause, Rule, run_differential};

#[test]
fn a_rule_explains_each_difference_from_another_validator() {
    let extent = Extent {
        seed: 2026,
        schemas: 60,
        calls: 25,
    };
    let folder = super::scratch().join("differential");
    let outcome = run_differential(extent, &folder, &crate::scratch::target());
    let Some(outcome) = outcome.unwrap_or_else(|problems| panic!("{problems}")) else {
        println!("skipped: python3 or its package jsonschema is missing");
        return;
    };
    for rule in [Rule::Unexplained, Rule::Changed, Rule::NoAnswer] {
        assert_eq!(outcome.calls.examples.get(&rule), None, "{rule:?}");
    }
    for cause in [
        RecordCause::WronglyRefused,
        RecordCause::Changed,
        RecordCause::NoAnswer,
    ] {
        assert_eq!(outcome.records.examples.get(&cause), None, "{cause:?}");
    }
    assert!(outcome.calls.counts.get(&Rule::BothAccept) > Some(&100));
    assert!(outcome.calls.counts.get(&Rule::BothRefuse) > Some(&100));
}
