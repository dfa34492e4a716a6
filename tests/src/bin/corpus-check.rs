//! What becomes of the corpus: `report`, `check`, `instances` and `dialects`, for all sources or
//! those named.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use toolsmith_codegen::Outcome;
use toolsmith_runtime::dialect::Dialect;
use toolsmith_tests::corpus::{
    Source, Tally, check_crate, compare, corpus_folder, read_instances, sources, write_crate,
};
use toolsmith_tests::dialects::{self, judge_instances, judge_source};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let names: Vec<String> = arguments.collect();
    let Some(folder) = corpus_folder() else {
        eprintln!("there is no corpus beside the workspace");
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
        "check" => check(&found),
        "instances" => instances(&found, &folder),
        "dialects" => dialects(&found, &folder),
        _ => {
            eprintln!("corpus-check report|check|instances|dialects [source …]");
            false
        }
    };
    if is_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
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
                    match &place.outcome {
                        Outcome::Exact => {}
                        Outcome::Unchecked(reason) => {
                            *unchecked.entry(reason.clone()).or_default() += 1;
                            examples.entry(reason.clone()).or_insert_with(example);
                        }
                        Outcome::Loosened(reason) => {
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

fn check(sources: &[Source]) -> bool {
    let mut is_well = true;
    for source in sources {
        let begin = Instant::now();
        let folder = scratch().join(&source.name);
        let result = source.generate().and_then(|output| {
            let name = source.name.replace('.', "_");
            let sdk = write_crate(&folder, &name, &output).map_err(|error| error.to_string())?;
            check_crate(&sdk, &target(), "check")
        });
        match result {
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

fn instances(sources: &[Source], folder: &std::path::Path) -> bool {
    let mut tally = Tally::default();
    for source in sources {
        let mut found = match read_instances(folder, &source.name) {
            Ok(found) => found,
            Err(error) => {
                println!("{}: {error}", source.name);
                return false;
            }
        };
        let mut indices: Vec<usize> = found.iter().map(|instance| instance.index).collect();
        indices.sort_unstable();
        indices.dedup();
        for instance in &mut found {
            instance.index = indices.binary_search(&instance.index).unwrap_or(0);
        }
        if found.is_empty() {
            continue;
        }
        let source = source.only(&indices);
        let crate_folder = scratch().join(format!("{}-instances", source.name));
        let target = target();
        let result = source.generate().and_then(|output| {
            let name = source.name.replace('.', "_");
            let sdk =
                write_crate(&crate_folder, &name, &output).map_err(|error| error.to_string())?;
            check_crate(&sdk, &target, "build")?;
            compare(&source, &found, &sdk, &target, &mut tally).map_err(|error| error.to_string())
        });
        if let Err(problems) = result {
            let first: Vec<&str> = problems.lines().take(40).collect();
            println!("FAIL  {}\n{}", source.name, first.join("\n"));
        }
    }
    for (cause, count) in &tally.counts {
        println!("{count:6}  {cause:?}");
    }
    let shown = std::env::var("SHOW").unwrap_or_default();
    for (cause, examples) in &tally.examples {
        if shown
            .split(',')
            .any(|wanted| wanted == format!("{cause:?}"))
        {
            println!("{cause:?}");
            for example in examples {
                println!("    {example}");
            }
        }
    }
    true
}

/// Every tool in every dialect: the rules of the provider, the size, and every value there and back.
fn dialects(sources: &[Source], folder: &std::path::Path) -> bool {
    let mut is_well = true;
    for dialect in Dialect::ALL {
        let begin = Instant::now();
        let mut tally = dialects::Tally::default();
        let (mut tools, mut size) = (0, 0);
        for source in sources {
            let (broken, length) = judge_source(dialect, source);
            tools += source.tools.len();
            size += length;
            is_well &= broken.is_empty();
            for problem in broken.iter().take(20) {
                println!("BROKEN  {} {}: {problem}", dialect.name(), source.name);
            }
            match read_instances(folder, &source.name) {
                Ok(found) => judge_instances(dialect, source, &found, &mut tally),
                Err(error) => println!("{}: {error}", source.name),
            }
        }
        println!(
            "{}: {tools} tools, {size} characters, {:?}",
            dialect.name(),
            begin.elapsed()
        );
        for (outcome, count) in &tally.counts {
            println!("  {count:6}  {outcome:?}");
            let example = tally.examples.get(outcome).map_or("", String::as_str);
            if *outcome != dialects::Outcome::Same {
                println!(
                    "          e.g. {}",
                    example.chars().take(200).collect::<String>()
                );
            }
            is_well &= *outcome != dialects::Outcome::Changed;
        }
    }
    is_well
}
