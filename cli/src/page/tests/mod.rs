//! Tests of pages without a browser. `tests/browser` opens them in one.

mod command;
mod content;

use toolsmith_codegen::options::{AccountSettings, Identifiers, Selection, UnreadableTools};
use toolsmith_codegen::{CatalogInput, CatalogSource, Generator, Options, SourceText};

use super::build::{Origin, build};
use super::content::PageData;

const SNAPSHOT: &str = include_str!("../../../../catalogs/the_auth_api.json");
const OVERLAY: &str = include_str!("../../../../catalogs/the_auth_api.overlay.toml");
const LOCK: &str = include_str!("../../../../catalogs/the_auth_api.lock.toml");

/// Builds the page of The Auth API.
fn the_auth_api() -> PageData {
    let text = |file: &str, text: &str| SourceText {
        file: file.to_owned(),
        text: text.to_owned(),
    };
    let input = CatalogInput {
        name: "the_auth_api".to_owned(),
        snapshot: text("the_auth_api.json", SNAPSHOT),
        overlay: Some(text("the_auth_api.overlay.toml", OVERLAY)),
        lock: Some(text("the_auth_api.lock.toml", LOCK)),
        tombstones: None,
        source: CatalogSource::Truto(AccountSettings::default()),
        identifiers: Identifiers::Typed,
        unreadable: UnreadableTools::Refused,
        selection: Selection::default(),
    };
    page_of(&input)
}

/// Builds the page of a catalog of functions.
fn page_of_functions(tools: &str) -> PageData {
    page_of_text(
        &format!("{{\"tools\": [{tools}]}}"),
        CatalogSource::Functions,
    )
}

/// Builds the page of a catalog without corrections.
fn page_of_text(snapshot: &str, source: CatalogSource) -> PageData {
    page_of(&input_of(snapshot, source))
}

fn input_of(snapshot: &str, source: CatalogSource) -> CatalogInput {
    CatalogInput {
        name: "demo".to_owned(),
        snapshot: SourceText {
            file: "demo.json".to_owned(),
            text: snapshot.to_owned(),
        },
        overlay: None,
        lock: None,
        tombstones: None,
        source,
        identifiers: Identifiers::Typed,
        unreadable: UnreadableTools::Refused,
        selection: Selection::default(),
    }
}

fn page_of(input: &CatalogInput) -> PageData {
    let options = Options::default();
    let generator = Generator::new(std::slice::from_ref(input), &options.layout).unwrap();
    let overviews = generator.overviews(&options);
    let origin = Origin {
        input,
        overlay: "catalogs/demo.overlay.toml",
        command: "toolsmith page".to_owned(),
    };
    build(&origin, &overviews[0], None).unwrap()
}
