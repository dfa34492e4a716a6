//! The test suite of JSON Schema, as arguments and as records: nothing panics, and values that its
//! tests call valid are accepted.

use serde_json::json;
use toolsmith_tests::corpus::{
    Source, SuiteCause, Tally, check_crate, corpus_folder, has_nul, read_suite, write_crate,
};

#[test]
fn valid_values_of_the_suite_are_accepted() {
    let Some(folder) = corpus_folder() else {
        println!("skipped: the corpus is not next to the workspace");
        return;
    };
    let scratch = super::scratch();
    let target = crate::scratch::target();
    for draft in ["draft2020-12", "draft7"] {
        let suite = read_suite(&folder, draft).unwrap();
        assert!(suite.source.tools.len() > 200, "{draft}");
        // One at a time first, so that a failure names its schema; then all of them together.
        for tool in &suite.source.tools {
            let source = Source::new(draft, &json!({"tools": [tool]}));
            if let Err(problems) = source.generate_allowing(has_nul) {
                panic!("{problems}\n{tool}");
            }
        }
        let output = suite.source.generate_allowing(has_nul).unwrap();
        let sdk = write_crate(&scratch.join(draft), draft, &output).unwrap();
        check_crate(&sdk, &target, "build").unwrap_or_else(|problems| panic!("{problems}"));
        let mut tally = Tally::default();
        suite.judge(&sdk, &target, &mut tally).unwrap();
        for cause in [
            SuiteCause::WronglyRefused,
            SuiteCause::WronglyRefusedRecord,
            SuiteCause::WronglyAccepted,
            SuiteCause::Changed,
        ] {
            assert_eq!(tally.examples.get(&cause), None, "{draft} {cause:?}");
        }
    }
}
