//! The expected output of the generator compiles and works.
//!
//! These tests are a separate program, so that output that does not compile can still be
//! replaced by the program `it`.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic fails a test"
)]

mod arguments;
mod gone;
mod values;

#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "generated for other crates"
)]
mod golden;

#[allow(
    dead_code,
    deprecated,
    unused,
    non_snake_case,
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "made from the examples of digests"
)]
mod digests {
    mod auth_api {
        include!("../golden/digest/calls.in");
    }
    mod files {
        include!("../golden/digest/files.in");
    }
    mod names {
        include!("../golden/digest/names.in");
    }
    mod nullable {
        include!("../golden/digest/nullable.in");
    }
    mod places {
        include!("../golden/digest/places.in");
    }
    mod shapes {
        include!("../golden/digest/shapes.in");
    }
    mod shared {
        include!("../golden/digest/shared.in");
    }
    mod strict {
        include!("../golden/digest/strict.in");
    }
    mod weather {
        include!("../golden/digest/weather.in");
    }
}

#[allow(
    dead_code,
    deprecated,
    unused,
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "made from the guide"
)]
mod guide {
    include!("../golden/guide.in");
}
