//! Mutates seeds as JSON and as bytes, and runs a target with the results.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use super::DICTIONARY;
use crate::corpus::Dice;

/// The bounds of a run, which ends at the first of them.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The number of inputs.
    pub inputs: usize,
    /// The duration.
    pub time: Duration,
}

/// The time limit of an input.
const HANG: Duration = Duration::from_secs(20);

/// Runs `target` with the seeds and their mutations, and returns the number of inputs.
///
/// # Panics
///
/// If the target panics, after printing the input, or if an input exceeds its time limit.
pub fn drive(target: fn(&[u8]), seeds: &[Vec<u8>], seed: u64, bounds: Bounds) -> usize {
    // Parsing deeply nested types with `syn` needs a large stack in a development build.
    const STACK_SIZE: usize = 64 * 1024 * 1024;
    let threads = thread::Builder::new().stack_size(STACK_SIZE);
    thread::scope(|scope| {
        let feeding = threads.spawn_scoped(scope, || feed_all(target, seeds, seed, bounds));
        match feeding.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(count)) => count,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(error) => resume_unwind(Box::new(format!("no thread could be started: {error}"))),
        }
    })
}

fn feed_all(target: fn(&[u8]), seeds: &[Vec<u8>], seed: u64, bounds: Bounds) -> usize {
    const POOL: usize = 200;
    const SMALL: usize = 4_000;
    let begin = Instant::now();
    let mut dice = Dice::new(seed);
    let mut count = 0;
    for seed in seeds {
        feed(target, seed);
        count += 1;
    }
    let mut pool = seeds.to_vec();
    while count < bounds.inputs && begin.elapsed() < bounds.time {
        let Some(base) = dice.pick(&pool) else {
            return count;
        };
        let input = change(base, &mut dice);
        feed(target, &input);
        count += 1;
        // Small results are mutated further.
        if input.len() < SMALL && dice.percent(30) {
            if pool.len() < POOL {
                pool.push(input);
            } else {
                let place = seeds.len() + dice.roll(POOL - seeds.len());
                if let Some(old) = pool.get_mut(place) {
                    *old = input;
                }
            }
        }
    }
    count
}

#[allow(clippy::print_stderr, reason = "the input of a failure has to be seen")]
fn feed(target: fn(&[u8]), input: &[u8]) {
    let begin = Instant::now();
    let result = catch_unwind(AssertUnwindSafe(|| target(input)));
    if let Err(panic) = result {
        eprintln!("input: {}", input.escape_ascii());
        resume_unwind(panic);
    }
    let taken = begin.elapsed();
    assert!(taken < HANG, "{taken:?} for {}", input.escape_ascii());
}

fn change(base: &[u8], dice: &mut Dice) -> Vec<u8> {
    let changed = match serde_json::from_slice::<Json>(base) {
        Ok(mut json) if dice.percent(70) => {
            for _ in 0..=dice.roll(3) {
                change_tree(&mut json, dice);
            }
            json.to_string().into_bytes()
        }
        _ => base.to_vec(),
    };
    if dice.percent(40) {
        change_bytes(changed, dice)
    } else {
        changed
    }
}

/// Changes one node of a tree.
fn change_tree(json: &mut Json, dice: &mut Dice) {
    let descends = dice.percent(85);
    match json {
        Json::Object(members) if descends && !members.is_empty() => {
            let names: Vec<String> = members.keys().cloned().collect();
            let Some(name) = dice.pick(&names) else {
                return;
            };
            match dice.roll(12) {
                0 => {
                    members.remove(name);
                }
                1 => {
                    let value = members.get(name).cloned().unwrap_or_default();
                    let other = dice.pick(DICTIONARY).copied().unwrap_or_default();
                    let other = unescape(other);
                    members.insert(other, value);
                }
                _ => {
                    if let Some(inner) = members.get_mut(name) {
                        change_tree(inner, dice);
                    }
                }
            }
        }
        Json::Array(elements) if descends && !elements.is_empty() => {
            let place = dice.roll(elements.len());
            if dice.percent(10) {
                let again = elements.get(place).cloned().unwrap_or_default();
                elements.push(again);
            } else if let Some(inner) = elements.get_mut(place) {
                change_tree(inner, dice);
            }
        }
        place => {
            let token = dice.pick(DICTIONARY).copied().unwrap_or_default();
            *place = serde_json::from_str(token).unwrap_or_else(|_| Json::from(unescape(token)));
        }
    }
}

/// Returns the string that a token is inside of a JSON string.
fn unescape(token: &str) -> String {
    let text = serde_json::from_str(&format!("\"{token}\""));
    text.unwrap_or_else(|_| token.to_owned())
}

/// Changes a few bytes: flips, removes, repeats, or inserts a token.
fn change_bytes(mut bytes: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    for _ in 0..=dice.roll(4) {
        let place = dice.roll(bytes.len() + 1);
        let end = (place + dice.roll(16)).min(bytes.len());
        match dice.roll(4) {
            0 => {
                let bit = 1 << dice.roll(8);
                if let Some(byte) = bytes.get_mut(place) {
                    *byte ^= bit;
                }
            }
            1 => {
                bytes.drain(place..end);
            }
            2 => {
                let part: Vec<u8> = bytes.drain(place..end).collect();
                let twice = part.iter().chain(&part).copied();
                bytes.splice(place..place, twice);
            }
            _ => {
                let token = dice.pick(DICTIONARY).copied().unwrap_or_default();
                bytes.splice(place..place, token.bytes());
            }
        }
    }
    bytes
}
