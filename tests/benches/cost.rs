//! The cost of generation and of the generated crate, compared with the budgets.
//!
//! ```text
//! cargo bench -p toolsmith-benches --bench cost [-- generate | check | features | regen | once]
//! ```
//!
//! `once` generates once, for counting instructions. It runs only if it is named.
//!
//! Compare the figures of one run with each other, not with those of other runs.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement prints, and writes the crate that it measures"
)]

use std::error::Error;
use std::fs;
use std::time::{Duration, Instant};

use measure::check::{check_alone, check_alone_with};
use measure::ours::{input, workspace, write_crate, write_crate_with};
use mimalloc::MiMalloc;
use serde_json::{Value, json};
use toolsmith_codegen::options::Features;
use toolsmith_codegen::{Options, generate};
use toolsmith_testkit::cargo::cargo;

mod measure;

/// The allocator of `xtask`.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    if wanted.iter().any(|word| word == "once") {
        return generate_once();
    }
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    println!("| what | budget | measured |");
    println!("|:-----|-------:|---------:|");
    if is_wanted("generate") {
        measure_generate()?;
    }
    if is_wanted("check") {
        measure_check()?;
    }
    if is_wanted("features") {
        measure_features()?;
    }
    if is_wanted("regen") {
        measure_regen()?;
    }
    Ok(())
}

fn row(what: &str, budget: &str, measured: &str) {
    println!("| {what} | {budget} | {measured} |");
}

/// Measures generation from parsing to rendering, for the first catalog and for made-up catalogs of
/// increasing size, with one thread and with all.
fn measure_generate() -> Outcome {
    let snapshot = workspace().join("catalogs/the_auth_api.json");
    let text = fs::read_to_string(snapshot)?;
    let all = std::thread::available_parallelism()?.get();
    for threads in if all > 1 { vec![1, all] } else { vec![1] } {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()?;
        let first = pool.install(|| time_generate(&text))?;
        report_generate("The Auth API, 46 tools", threads, &first, 46);
        let mut fewer: Option<Duration> = None;
        for count in [100, 1_000, 10_000] {
            let text = catalog(count);
            let cost = pool.install(|| time_generate(&text))?;
            report_generate(&format!("{count} tools"), threads, &cost, count);
            if let Some(fewer) = fewer {
                row(
                    &format!("ten times the tools, {count}, {threads} threads"),
                    "11 times",
                    &format!("{:.1} times", cost.time.as_secs_f64() / fewer.as_secs_f64()),
                );
            }
            fewer = Some(cost.time);
        }
    }
    Ok(())
}

/// Generates once in one thread; `COST_TOOLS` is the number of tools.
fn generate_once() -> Outcome {
    let count = std::env::var("COST_TOOLS").map_or(Ok(300), |count| count.parse())?;
    let text = catalog(count);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let start = Instant::now();
    let output = pool.install(|| generate(&[input(&text)], &Options::default()))?;
    let bytes: usize = output.files.0.values().map(String::len).sum();
    println!("{count} tools, {bytes} bytes, {:?}", start.elapsed());
    Ok(())
}

/// The cost of a generation.
struct Cost {
    time: Duration,
    /// The processor time of all threads, if the system provides it.
    processor: Option<Duration>,
    /// The peak memory of the process, if the system provides it.
    megabytes: Option<f64>,
}

fn report_generate(what: &str, threads: usize, cost: &Cost, count: u32) {
    let processor = cost.processor.map_or_else(String::new, |processor| {
        format!(", of processors {}", milliseconds(processor / count))
    });
    let memory = cost
        .megabytes
        .map_or_else(String::new, |megabytes| format!(", {megabytes:.0} MB"));
    row(
        &format!("generate {what}, {threads} threads, a tool"),
        "0.3 ms",
        &format!(
            "{}{processor} (all {}{memory})",
            milliseconds(cost.time / count),
            milliseconds(cost.time)
        ),
    );
}

/// Returns the best of a few runs.
fn time_generate(text: &str) -> Result<Cost, String> {
    let runs = if text.len() > 2_000_000 { 2 } else { 9 };
    let mut time = Duration::MAX;
    // Without this file the memory is unknown.
    let _ = fs::write("/proc/self/clear_refs", "5");
    let before = processor_time();
    for _ in 0..runs {
        let start = Instant::now();
        let output = generate(&[input(text)], &Options::default())
            .map_err(|problems| problems.to_string())?;
        time = time.min(start.elapsed());
        assert!(!output.files.0.is_empty(), "files are generated");
    }
    let processor = processor_time().zip(before);
    Ok(Cost {
        time,
        processor: processor.map(|(after, before)| after.saturating_sub(before) / runs),
        megabytes: peak_memory(),
    })
}

/// Returns the processor time of this process in user and kernel mode.
fn processor_time() -> Option<Duration> {
    const TICK: Duration = Duration::from_millis(10);
    let status = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the process, which may contain anything, is in parentheses before the numbers.
    let (_, numbers) = status.rsplit_once(')')?;
    let mut numbers = numbers.split_whitespace().skip(11);
    let mut ticks = || numbers.next()?.parse::<u32>().ok();
    Some(TICK * (ticks()? + ticks()?))
}

fn peak_memory() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes / 1000.0)
}

/// Measures `cargo check` of a crate of 500 tools, without its dependencies.
fn measure_check() -> Outcome {
    const TOOLS: u32 = 500;
    let directory = tempfile::tempdir()?;
    write_crate(directory.path(), &catalog(TOOLS))?;
    let usage = check_alone(directory.path())?;
    let a_tool = usage.seconds * 1000.0 / f64::from(TOOLS);
    row(
        "cargo check, processor time a tool",
        "12 ms",
        &format!("{a_tool:.1} ms"),
    );
    row(
        "cargo check, memory of 500 tools",
        "700 MB",
        &format!("{:.0} MB", usage.megabytes),
    );
    Ok(())
}

/// Compares `cargo check` of one resource with that of all resources of a catalog of 1,000 tools.
fn measure_features() -> Outcome {
    const TOOLS: u32 = 1000;
    let directory = tempfile::tempdir()?;
    let options = Options {
        features: Features::Resources,
        ..Options::default()
    };
    write_crate_with(directory.path(), &catalog(TOOLS), &options)?;
    let all = check_alone(directory.path())?;
    let one = ["--no-default-features", "--features", "demo-thing7s"];
    let one = check_alone_with(directory.path(), &one)?;
    row(
        &format!("cargo check of one resource of {TOOLS} tools, beside all"),
        "0.1 times",
        &format!(
            "{:.3} times ({:.2} s of {:.2} s)",
            one.seconds / all.seconds,
            one.seconds,
            all.seconds
        ),
    );
    Ok(())
}

/// Measures `cargo xtask regen --check` with everything built, including the start of cargo.
fn measure_regen() -> Outcome {
    let mut best = Duration::MAX;
    for _ in 0..6 {
        let start = Instant::now();
        let output = cargo()
            .args(["xtask", "regen", "--check", "--offline"])
            .current_dir(workspace())
            .output()?;
        best = best.min(start.elapsed());
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
    }
    row(
        "regen --check, 46 tools, warm",
        "200 ms",
        &milliseconds(best),
    );
    Ok(())
}

fn milliseconds(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1000.0;
    if milliseconds < 10.0 {
        format!("{milliseconds:.3} ms")
    } else {
        format!("{milliseconds:.0} ms")
    }
}

/// Makes tools with six arguments, a record of eight fields and an enum. No two tools share a type.
fn catalog(count: u32) -> String {
    let tools: Vec<Value> = (0..count).map(tool).collect();
    json!({ "result": tools }).to_string()
}

fn tool(number: u32) -> Value {
    let color = format!("color{number}");
    let text = |description: &str| json!({"type": "string", "description": description});
    json!({
        "resource": format!("thing{number}s"),
        "method": "list",
        "name": format!("list_all_thing{number}s"),
        "description": "Lists things, a few at a time, filtered as you like.",
        "required": ["accountId", color],
        "query_schema": {"type": "object", "properties": {
            "accountId": text("Account that the things belong to."),
            (&color): {"type": "string", "enum": ["red", "green", format!("blue{number}")]},
            "limit": {"type": "integer", "minimum": 1, "maximum": 100},
            "name": text("Only things with this name."),
            "isActive": {"type": "boolean", "description": "Only things in this state."},
            "tags": {"type": "array", "items": {"type": "string"}},
        }},
        "response_schema": {"type": "object", "required": ["accountId", "name", color], "properties": {
            "accountId": text("Account that the thing belongs to."),
            "name": text("Name of the thing."),
            (&color): {"type": "string", "enum": ["red", "green", format!("blue{number}")]},
            "isActive": {"type": "boolean"},
            "total": {"type": "integer"},
            "createdAt": {"type": "string", "format": "date-time"},
            "tags": {"type": "array", "items": {"type": "string"}},
            (format!("note{number}")): text("What people say of it."),
        }},
    })
}
