//! The cost of a call by name before anything is sent (lookup, validation and encoding), also with ten
//! thousand tools.
//!
//! `cargo bench -p toolsmith-benches --bench registry` prints a table with the budgets.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that prints its table, and ends where it cannot be made"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use generated::the_auth_api::{Client, TOOLS};
use serde_json::json;
use toolsmith_runtime::transport::{MemoryTransport, MockResponse};
use toolsmith_runtime::{ToolSpec, tools::CatalogSpec};

fn main() {
    let call = call();
    let (first_small, small) = look_up(100);
    let (first_large, large) = look_up(10_000);
    let growth = large.as_secs_f64() / small.as_secs_f64();
    println!("| what | time | at most |\n|---|---|---|");
    println!("| look-up, check and encoding of a call | {call:?} | 20 µs |");
    println!("| first look-up among 100 tools | {first_small:?} | |");
    println!("| first look-up among 10,000 tools | {first_large:?} | 1 ms |");
    println!("| look-up among 100 tools | {small:?} | |");
    println!(
        "| look-up among 10,000 tools | {large:?} | the same but for memory: {growth:.1} times |"
    );
}

/// Returns the time of one of `count` runs, in the best of several rounds.
fn best(count: u32, mut run: impl FnMut()) -> Duration {
    let rounds = (0..10).map(|_| {
        let start = Instant::now();
        for _ in 0..count {
            run();
        }
        start.elapsed() / count
    });
    rounds.min().unwrap_or_default()
}

fn call() -> Duration {
    let transport = MemoryTransport::respond_with(|_| MockResponse::json(200, &json!({})));
    let client = Client::builder()
        .token("token")
        .account("acc_551")
        .transport(transport)
        .build()
        .expect("everything that a client needs is given");
    let tools = client.toolbox();
    let arguments = json!({
        "projectId": "prj_4411", "customUserId": "service_worker_v2", "isActive": true, "limit": 50,
    });
    best(10_000, || {
        let checked = tools.check("list_all_the_auth_api_api_keys", black_box(&arguments));
        assert!(black_box(checked).is_ok());
    })
}

/// Measures the first lookup and each later one among this many tools.
fn look_up(count: usize) -> (Duration, Duration) {
    let catalog = catalog(count);
    let names: Vec<&str> = catalog.tools.iter().map(|tool| tool.name).collect();
    let start = Instant::now();
    assert!(catalog.tool(black_box(names[count / 2])).is_some());
    let first = start.elapsed();
    let mut next = 0;
    let each = best(100_000, || {
        next = (next + 7919) % count;
        assert!(catalog.tool(black_box(names[next])).is_some());
    });
    (first, each)
}

/// Creates a catalog with this many tools, which lives as long as the program.
fn catalog(count: usize) -> &'static CatalogSpec {
    let tools = (0..count).map(|index| {
        let spec = TOOLS[index % TOOLS.len()];
        let name = format!("{}_{index:05}", spec.name);
        let tool: &'static ToolSpec = Box::leak(Box::new(ToolSpec {
            name: Box::leak(name.into_boxed_str()),
            ..*spec
        }));
        tool
    });
    let mut tools: Vec<&'static ToolSpec> = tools.collect();
    tools.sort_by_key(|tool| tool.name);
    let tools = Box::leak(tools.into_boxed_slice());
    Box::leak(Box::new(CatalogSpec::of_tools("many", tools)))
}
