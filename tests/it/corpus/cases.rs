//! Schemas that are easily misread.

use toolsmith_tests::corpus::run_cases;

#[test]
fn requests_and_records_keep_the_letter_of_easily_misread_schemas() {
    let folder = super::scratch().join("cases");
    let wrong = run_cases(&folder, &crate::scratch::target());
    assert_eq!(wrong, Ok(Vec::new()));
}
