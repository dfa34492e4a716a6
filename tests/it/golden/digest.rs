//! Programs made only from digests: of The Auth API, and of the small catalogs.
//!
//! The programs are `golden/digest/*.in`; `golden_compiled` compiles them.

use std::path::Path;

use toolsmith_codegen::{Generator, Options};
use toolsmith_testkit::golden::assert_golden;

use super::compare::input_of;
use crate::digest_program::{digest_program, read_pages};

#[test]
fn code_made_from_the_digest_compiles() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = package.join("../generated/digest/the_auth_api");
    let pages = read_pages(&folder);
    let program = digest_program(&pages, "generated::the_auth_api");
    assert_eq!(program.calls, 46, "every tool is called");
    assert_golden(&package.join("golden/digest/calls.in"), &program.text);
}

#[test]
fn code_made_from_the_digest_of_any_catalog_compiles() {
    let options = Options {
        crate_name: "crate::golden".to_owned(),
        ..Options::default()
    };
    for case in [
        "files", "names", "nullable", "places", "shapes", "shared", "strict", "weather",
    ] {
        let generator = Generator::new(&[input_of(case)], &options.layout).unwrap();
        let digests = generator.digests(&options);
        let program = digest_program(&digests[0].pages, &format!("crate::golden::{case}"));
        let path = format!("golden/digest/{case}.in");
        assert_golden(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(path),
            &program.text,
        );
    }
}
