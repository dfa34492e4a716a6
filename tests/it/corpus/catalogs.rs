//! Generates every catalog of the corpus, and compiles a sample.

use toolsmith_codegen::report::Precision;
use toolsmith_tests::corpus::{
    Cause, RecordCause, Source, Tallies, check_crate, compare, corpus_folder, make_instances,
    read_instances, sources, write_crate,
};

/// Returns the mean length of the schemas of a small source, and 0 for a large one.
fn weight(source: &Source) -> usize {
    const SMALL: usize = 30;
    let length = |tool: &serde_json::Value| tool.to_string().len();
    let count = source.tools.len();
    if count > SMALL {
        return 0;
    }
    source.tools.iter().map(length).sum::<usize>() / count.max(1)
}

/// Returns `true` if a schema was loosened that says anything about its type.
fn says_anything(reason: &str) -> bool {
    !reason.contains("does not specify a type") && !reason.contains("has no schema")
}

#[test]
fn every_catalog_is_generated_and_little_is_loosened() {
    let Some(folder) = corpus_folder() else {
        println!("skipped: the corpus is not next to the workspace");
        return;
    };
    let (mut places, mut loosened) = (0, 0);
    for source in sources(&folder).unwrap() {
        let output = source
            .generate()
            .unwrap_or_else(|problems| panic!("{}: {problems}", source.name));
        for tool in output.reports.iter().flat_map(|report| &report.tools) {
            places += tool.places.len();
            let reasons = tool
                .places
                .iter()
                .filter_map(|place| match &place.precision {
                    Precision::Loosened(reason) => Some(reason),
                    _ => None,
                });
            loosened += reasons.filter(|reason| says_anything(reason)).count();
        }
    }
    // At most 1 in 200.
    assert!(loosened * 200 <= places, "{loosened} of {places} places");
}

/// Asserts that no instance was wrongly refused, wrongly accepted or changed.
#[track_caller]
fn check(tallies: &Tallies) {
    for cause in [
        Cause::WronglyRefused,
        Cause::WronglyAccepted,
        Cause::Changed,
        Cause::OtherPlace,
        Cause::NoAnswer,
    ] {
        let examples = tallies.requests.examples.get(&cause);
        assert_eq!(examples, None, "{cause:?}");
    }
    for cause in [
        RecordCause::WronglyRefused,
        RecordCause::Changed,
        RecordCause::NoAnswer,
    ] {
        let examples = tallies.records.examples.get(&cause);
        assert_eq!(examples, None, "{cause:?}");
    }
}

#[test]
fn a_sample_compiles_and_agrees_with_a_validator() {
    const SAMPLE: usize = 4;
    let Some(folder) = corpus_folder() else {
        println!("skipped: the corpus is not next to the workspace");
        return;
    };
    let scratch = super::scratch();
    let target = crate::scratch::target();
    let mut tallies = Tallies::default();
    let mut judged: Vec<_> = sources(&folder).unwrap();
    judged.retain(|source| !read_instances(&folder, &source.name).unwrap().is_empty());
    // Those with the longest schemas per tool are the most demanding.
    judged.sort_by_key(|source| std::cmp::Reverse(weight(source)));
    for source in judged.into_iter().take(SAMPLE) {
        let source = source.mirrored();
        let output = source.generate().unwrap();
        let sdk = write_crate(&scratch.join(&source.name), &source.name, &output).unwrap();
        check_crate(&sdk, &target, "build").unwrap_or_else(|problems| panic!("{problems}"));
        let instances = read_instances(&folder, &source.name).unwrap();
        compare(&source, &instances, &sdk, &target, &mut tallies).unwrap();
        let instances = make_instances(&source, 2026);
        compare(&source, &instances, &sdk, &target, &mut tallies).unwrap();
    }
    check(&tallies);
}
