//! Names under random edits of a catalog: generation is a fixed point, and names keep their meaning.
//!
//! A sample runs with every test. The whole set:
//!
//! ```text
//! cargo test -p toolsmith-codegen --test names -- --ignored
//! ```
//!
//! `TOOLSMITH_EDIT_SEED` sets the first seed. `TOOLSMITH_CORPUS` names a folder of catalogs as
//! `{"tools": […]}`, whose small ones are edited as well.

#![cfg(test)]

mod cases;
mod definitions;
mod dice;
mod edits;
mod laws;
mod schemas;
mod sharing;

use serde_json::{Value as Json, json};

use dice::Dice;
use edits::Catalog;
use laws::State;

/// The first catalog of this repository.
const AUTH_API: &str = include_str!("../../../catalogs/the_auth_api.json");

/// The longest sequence of edits.
const MAX_EDITS: usize = 6;

/// Catalogs with more tools are not edited, because they take too long.
const MAX_TOOLS: usize = 60;

/// Edits a catalog again and again, and checks the laws after each step.
fn run_sequence(start: Catalog, seed: u64) {
    let mut dice = Dice::new(seed);
    let mut catalog = start;
    let mut state = State::first(&catalog);
    for step in 0..=dice.roll(MAX_EDITS) {
        let mut done = Vec::new();
        for _ in 0..=dice.roll(3) {
            done.extend(catalog.edit(&mut dice));
        }
        let context = format!("seed {seed}, step {step}: {}", done.join("; "));
        state = state.next(&catalog, &context);
    }
}

fn first_seed() -> u64 {
    let seed = std::env::var("TOOLSMITH_EDIT_SEED");
    seed.ok().and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

fn auth_api() -> Catalog {
    Catalog::truto(&serde_json::from_str(AUTH_API).unwrap())
}

/// Runs `count` sequences: a fifth on the first catalog, the others on small random ones. Every
/// sequence runs, so that all failures are shown at once.
fn run_sequences(count: u64) {
    let seeds = first_seed()..first_seed() + count;
    let failed: Vec<u64> = seeds
        .filter(|seed| {
            let run = || {
                let start = match seed % 5 {
                    0 => auth_api(),
                    _ => Catalog::random(&mut Dice::new(*seed)),
                };
                run_sequence(start, *seed);
            };
            std::panic::catch_unwind(run).is_err()
        })
        .collect();
    assert_eq!(failed, [0; 0], "seeds that failed");
}

#[test]
fn a_sample_of_edits_moves_no_name() {
    run_sequences(15);
}

#[test]
#[ignore = "takes minutes"]
fn three_hundred_sequences_of_edits_move_no_name() {
    run_sequences(300);
}

#[test]
#[ignore = "takes minutes and needs the corpus"]
fn edits_of_the_corpus_move_no_name() {
    let folder = std::env::var("TOOLSMITH_CORPUS").unwrap();
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    paths.sort();
    for path in paths {
        let document: Json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let tools = document["tools"].as_array().cloned().unwrap_or_default();
        if tools.is_empty() || tools.len() > MAX_TOOLS {
            continue;
        }
        let catalog = Catalog::functions(&json!({ "tools": tools }));
        if laws::generate(&catalog, None).is_err() {
            continue;
        }
        for seed in (first_seed()..).take(3) {
            println!("{} with seed {seed}", path.display());
            run_sequence(catalog.clone(), seed);
        }
    }
}
