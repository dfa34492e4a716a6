//! Tests of the whole generator.

use super::*;
use crate::options::{AccountSettings, Identifiers, Selection, UnreadableTools};

/// Generates with this many threads.
fn generate_with(threads: usize, text: &str) -> GeneratedCrate {
    let input = CatalogInput {
        name: "demo".to_owned(),
        snapshot: SourceText {
            file: "demo.json".to_owned(),
            text: text.to_owned(),
        },
        overlay: None,
        lock: None,
        tombstones: None,
        source: CatalogSource::Truto(AccountSettings::default()),
        identifiers: Identifiers::Typed,
        unreadable: UnreadableTools::default(),
        selection: Selection::default(),
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    let pool = pool.build().unwrap();
    pool.install(|| generate(&[input], &Options::default()))
        .unwrap()
}

#[test]
fn output_depends_on_neither_threads_nor_the_order_of_tools() {
    let text = include_str!("../../catalogs/the_auth_api.json");
    let one = generate_with(1, text);
    let many = generate_with(5, text);
    let json = source::parse_json("demo.json", text).unwrap();
    let tools = json.as_object().unwrap().get("result").unwrap();
    let tools = tools.as_array().unwrap().iter();
    let mut tools: Vec<_> = tools.map(source::Layout::as_written).collect();
    let length = tools.len();
    for index in 0..length {
        tools.swap(index, index * 17 % length);
    }
    let shuffled = generate_with(3, &source::compact(&source::Layout::List(tools)));
    for other in [many, shuffled] {
        assert_eq!(one.files, other.files);
        assert_eq!(one.locks, other.locks);
        assert_eq!(one.examples, other.examples);
    }
}
