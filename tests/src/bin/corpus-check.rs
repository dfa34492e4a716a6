//! Checks the corpus, all sources or the named ones:
//!
//! - `report` counts loosened and unchecked places;
//! - `check` generates a stand-alone crate from each file with `cargo xtask generate` and compiles it;
//!   warnings are errors;
//! - `instances`, `made` and `suite` compare the verdicts of the generated code with those of a
//!   validator: for values of the corpus, for values made from the schemas, and for the test suite of
//!   JSON Schema; `SHOW=WronglyRefused,…` prints examples;
//! - `cases` runs schemas that are easily misread;
//! - `differential [SEED [SCHEMAS [CALLS]]]` compares random schemas and calls with python-jsonschema;
//! - `dialects` lists every tool in every dialect, and encodes and decodes every value.
//!
//! `--in FOLDER` before the command reads the catalogs of another folder.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use toolsmith_codegen::report::Precision;
use toolsmith_runtime::dialect::Dialect;
use toolsmith_tests::corpus::{
    Extent, Instance, Rule, Sdk, Source, Tallies, Tally, check_crate, compare, corpus_folder,
    make_crate, make_instances, read_instances, read_suite, run_cases, run_differential, sources,
    write_crate,
};
use toolsmith_tests::dialects;

/// The seed of made instances.
const SEED: u64 = 2026;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    let folder = if arguments.next_if(|argument| argument == "--in").is_some() {
        arguments.next().map(PathBuf::from)
    } else {
        corpus_folder()
    };
    let command = arguments.next().unwrap_or_default();
    let names: Vec<String> = arguments.collect();
    match command.as_str() {
        "cases" => return exit_code(cases()),
        "differential" => return exit_code(differential(&names)),
        _ => {}
    }
    let Some(folder) = folder else {
        eprintln!("there is no corpus next to the workspace");
        return ExitCode::SUCCESS;
    };
    let mut found = match sources(&folder) {
        Ok(found) => found,
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            return ExitCode::FAILURE;
        }
    };
    found.retain(|source| names.is_empty() || names.contains(&source.name));
    let is_well = match command.as_str() {
        "report" => report(&found),
        "check" => check(&found, &folder),
        "instances" => judge(&found, |source| read_instances(&folder, &source.name)),
        "made" => judge(&found, |source| Ok(make_instances(source, SEED))),
        "suite" => suite(&folder),
        "dialects" => dialects(&found, &folder),
        _ => {
            eprintln!(
                "corpus-check [--in FOLDER] report|check|instances|made|suite|dialects|cases|differential [source …]"
            );
            false
        }
    };
    exit_code(is_well)
}

fn exit_code(is_well: bool) -> ExitCode {
    if is_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Runs schemas that are easily misread.
fn cases() -> bool {
    match run_cases(&scratch().join("cases"), &target()) {
        Ok(wrong) => {
            for line in &wrong {
                println!("{line}");
            }
            wrong.is_empty()
        }
        Err(problems) => {
            println!("FAIL  {problems}");
            false
        }
    }
}

/// Compares random schemas and calls with python-jsonschema.
fn differential(arguments: &[String]) -> bool {
    let number = |index: usize, default: usize| {
        let given = arguments.get(index).and_then(|text| text.parse().ok());
        given.unwrap_or(default)
    };
    let extent = Extent {
        seed: number(0, 2026) as u64,
        schemas: number(1, 2_000),
        calls: number(2, 25),
    };
    match run_differential(extent, &scratch().join("differential"), &target()) {
        Ok(Some(outcome)) => {
            println!("calls");
            print_tally(&outcome.calls);
            println!("records");
            print_tally(&outcome.records);
            let faults = [Rule::Unexplained, Rule::Changed, Rule::NoAnswer];
            faults
                .iter()
                .all(|rule| !outcome.calls.counts.contains_key(rule))
        }
        Ok(None) => {
            println!("skipped: python3 or its package jsonschema is missing");
            true
        }
        Err(problems) => {
            println!("FAIL  {problems}");
            false
        }
    }
}

fn report(sources: &[Source]) -> bool {
    let mut is_well = true;
    let mut places = 0;
    let mut tools = 0;
    let mut loosened: BTreeMap<String, usize> = BTreeMap::new();
    let mut unchecked: BTreeMap<String, usize> = BTreeMap::new();
    let mut examples: BTreeMap<String, String> = BTreeMap::new();
    let begin = Instant::now();
    for source in sources {
        let output = match source.generate() {
            Ok(output) => output,
            Err(problems) => {
                println!("{}: {problems}", source.name);
                is_well = false;
                continue;
            }
        };
        for report in &output.reports {
            for tool in &report.tools {
                tools += 1;
                places += tool.places.len();
                for place in &tool.places {
                    let example = || format!("{} {} {}", source.name, tool.name, place.pointer);
                    match &place.precision {
                        Precision::Exact => {}
                        Precision::Unchecked(reason) => {
                            *unchecked.entry(reason.clone()).or_default() += 1;
                            examples.entry(reason.clone()).or_insert_with(example);
                        }
                        Precision::Loosened(reason) => {
                            *loosened.entry(reason.clone()).or_default() += 1;
                            examples.entry(reason.clone()).or_insert_with(example);
                        }
                    }
                }
            }
        }
    }
    println!("{tools} tools, {places} places, {:?}", begin.elapsed());
    for (title, counts) in [("loosened", loosened), ("unchecked", unchecked)] {
        println!("{title}");
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for (reason, count) in counts {
            let example = examples.get(&reason).map_or("", String::as_str);
            println!("  {count:6}  {reason}   e.g. {example}");
        }
    }
    is_well
}

fn scratch() -> PathBuf {
    std::env::temp_dir().join("toolsmith-corpus")
}

fn target() -> PathBuf {
    let given = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    given.unwrap_or_else(|| scratch().join("target"))
}

fn check(sources: &[Source], corpus: &std::path::Path) -> bool {
    let mut is_well = true;
    for source in sources {
        let begin = Instant::now();
        let folder = scratch().join(&source.name);
        let input = corpus.join(format!("{}.json", source.name));
        let name = source.name.replace('.', "_");
        let made = make_crate(&folder, &name, &input);
        match made.and_then(|sdk| check_crate(&sdk, &target(), "check")) {
            Ok(()) => println!(
                "ok    {} ({} tools, {:?})",
                source.name,
                source.tools.len(),
                begin.elapsed()
            ),
            Err(problems) => {
                is_well = false;
                let first: Vec<&str> = problems.lines().take(60).collect();
                println!("FAIL  {}\n{}", source.name, first.join("\n"));
            }
        }
    }
    is_well
}

/// Judges the instances that `find` returns for every source.
fn judge(sources: &[Source], find: impl Fn(&Source) -> io::Result<Vec<Instance>>) -> bool {
    let mut tallies = Tallies::default();
    let mut is_well = true;
    for source in sources {
        let result = find(source)
            .map_err(|error| error.to_string())
            .and_then(|found| judge_source(source, found, &mut tallies));
        if let Err(problems) = result {
            is_well = false;
            let first: Vec<&str> = problems.lines().take(40).collect();
            println!("FAIL  {}\n{}", source.name, first.join("\n"));
        }
    }
    println!("arguments");
    print_tally(&tallies.requests);
    println!("records");
    print_tally(&tallies.records);
    is_well
}

/// Judges instances of a source. Only tools with instances are compiled.
fn judge_source(
    source: &Source,
    mut found: Vec<Instance>,
    tallies: &mut Tallies,
) -> Result<(), String> {
    let mut indices: Vec<usize> = found.iter().map(|instance| instance.index).collect();
    indices.sort_unstable();
    indices.dedup();
    for instance in &mut found {
        instance.index = indices.binary_search(&instance.index).unwrap_or(0);
    }
    if found.is_empty() {
        return Ok(());
    }
    let source = source.only(&indices).mirrored();
    let sdk = build(&source)?;
    compare(&source, &found, &sdk, &target(), tallies).map_err(|error| error.to_string())
}

fn build(source: &Source) -> Result<Sdk, String> {
    let folder = scratch().join(format!("{}-instances", source.name));
    let output = source.generate()?;
    let name = source.name.replace('.', "_");
    let sdk = write_crate(&folder, &name, &output).map_err(|error| error.to_string())?;
    check_crate(&sdk, &target(), "build")?;
    Ok(sdk)
}

/// Judges the test suite of JSON Schema.
fn suite(folder: &Path) -> bool {
    let mut is_well = true;
    for draft in ["draft2020-12", "draft7"] {
        let mut tally = Tally::default();
        let result = read_suite(folder, draft)
            .map_err(|error| error.to_string())
            .and_then(|suite| {
                let sdk = build(&suite.source)?;
                let judged = suite.judge(&sdk, &target(), &mut tally);
                judged.map_err(|error| error.to_string())
            });
        if let Err(problems) = result {
            is_well = false;
            let first: Vec<&str> = problems.lines().take(40).collect();
            println!("FAIL  {draft}\n{}", first.join("\n"));
        }
        println!("{draft}");
        print_tally(&tally);
    }
    is_well
}

fn print_tally<C: Ord + Copy + Debug>(tally: &Tally<C>) {
    for (cause, count) in &tally.counts {
        println!("{count:6}  {cause:?}");
    }
    let shown = std::env::var("SHOW").unwrap_or_default();
    for (cause, examples) in &tally.examples {
        let name = format!("{cause:?}");
        if shown.split(',').any(|wanted| wanted == name) {
            println!("{name}");
            for example in examples {
                println!("    {example}");
            }
        }
    }
}

/// Checks the rules of every dialect, prints the sizes, and encodes and decodes every value.
fn dialects(sources: &[Source], folder: &std::path::Path) -> bool {
    let mut is_well = true;
    for dialect in Dialect::ALL {
        let begin = Instant::now();
        let mut tally = dialects::Tally::default();
        let (mut tools, mut size) = (0, 0);
        for source in sources {
            let (broken, length) = dialects::judge_source(dialect, source);
            tools += source.tools.len();
            size += length;
            is_well &= broken.is_empty();
            for problem in broken.iter().take(20) {
                println!("BROKEN  {} {}: {problem}", dialect.as_str(), source.name);
            }
            match read_instances(folder, &source.name) {
                Ok(found) => dialects::judge_instances(dialect, source, &found, &mut tally),
                Err(error) => println!("{}: {error}", source.name),
            }
        }
        println!(
            "{}: {tools} tools, {size} characters, {:?}",
            dialect.as_str(),
            begin.elapsed()
        );
        for (outcome, count) in &tally.counts {
            println!("  {count:6}  {outcome:?}");
            let example = tally.examples.get(outcome).map_or("", String::as_str);
            if *outcome != dialects::RoundTrip::Same {
                println!(
                    "          e.g. {}",
                    example.chars().take(200).collect::<String>()
                );
            }
            is_well &= *outcome != dialects::RoundTrip::Changed;
        }
    }
    is_well
}
