//! Random edits of catalogs: the grade *compile* is given exactly where a program that uses everything
//! stops compiling.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value as Json, json};
use toolsmith_codegen::diff::{Change, ChangeKind, Grade, compare};
use toolsmith_codegen::options::{AccountSettings, Enums, Layout};
use toolsmith_codegen::{CatalogInput, CatalogSource, Generator, SourceText};
use toolsmith_testkit::golden::assert_golden;
use toolsmith_tests::corpus::{Dice, corpus_folder, sources};

use super::compiler::{Emit, Verdict, check_programs, compile_crate, generate_crate};
use super::edits::edit;
use super::with_lock;
use super::witness::{Way, witnesses};
use crate::scratch::Scratch;

/// The edits that are compiled as modules of one crate.
const BATCH: usize = 60;

/// Tools of which edits take a few.
struct Pool {
    name: String,
    source: CatalogSource,
    tools: Vec<Json>,
}

/// A catalog, edited.
struct Case {
    what: String,
    before: CatalogInput,
    after: CatalogInput,
    changes: Vec<Change>,
}

/// The catalogs of the repository.
fn own_pools() -> Vec<Pool> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let truto = || CatalogSource::Truto(AccountSettings::default());
    let own = [
        ("the_auth_api", "../catalogs/the_auth_api.json", truto()),
        ("strict", "golden/strict/catalog.json", truto()),
        ("nullable", "golden/nullable/catalog.json", truto()),
        ("shapes", "golden/shapes/catalog.json", truto()),
        ("shop", "golden/shop/catalog.json", truto()),
        (
            "files",
            "golden/files/catalog.json",
            CatalogSource::Mcp(None),
        ),
        (
            "weather",
            "golden/weather/catalog.json",
            CatalogSource::Functions,
        ),
    ];
    own.map(|(name, path, source)| {
        let text = std::fs::read_to_string(folder.join(path)).unwrap();
        let document: Json = serde_json::from_str(&text).unwrap();
        let lists = ["result", "results", "tools"].map(|key| document.get(key));
        let list = lists.into_iter().flatten().next().unwrap_or(&document);
        Pool {
            name: name.to_owned(),
            source,
            tools: list.as_array().unwrap().clone(),
        }
    })
    .into()
}

/// The catalogs of the corpus, half of them with the schema of the arguments as that of the record.
fn corpus_pools() -> Option<Vec<Pool>> {
    let folder = corpus_folder()?;
    let sources = sources(&folder).unwrap().into_iter().enumerate();
    let pools = sources.map(|(index, source)| {
        let source = if index % 2 == 0 {
            source.mirrored()
        } else {
            source
        };
        Pool {
            name: source.name,
            source: CatalogSource::Functions,
            tools: source.tools,
        }
    });
    Some(pools.collect())
}

/// Edits a few tools of a catalog.
fn make_case(pool: &Pool, name: &str, dice: &mut Dice) -> Option<Case> {
    const LONGEST_TOOL: usize = 8_000;
    let mut before: Vec<Json> = Vec::new();
    for _ in 0..=dice.roll(3) {
        let tool = dice.pick(&pool.tools)?;
        let is_known = before.iter().any(|known| known["name"] == tool["name"]);
        if !is_known && tool.to_string().len() < LONGEST_TOOL {
            before.push(tool.clone());
        }
    }
    if before.is_empty() {
        return None;
    }
    let mut after = before.clone();
    let mut done = Vec::new();
    for _ in 0..=dice.roll(2) {
        done.extend(edit(&mut after, dice));
    }
    let input = |tools: &[Json]| {
        let text = json!({"result": tools, "tools": tools}).to_string();
        let snapshot = SourceText::new(format!("{name}.json"), text);
        CatalogInput::new(name, pool.source.clone(), snapshot)
    };
    if done.is_empty() || Generator::new(&[input(&before)], &Layout::default()).is_err() {
        return None;
    }
    let (before, after) = with_lock(input(&before), input(&after));
    // An edit may make a catalog invalid.
    let changes = compare(&before, &after, Enums::Open).ok()?;
    Some(Case {
        what: format!("{}: {}", pool.name, done.join("; ")),
        before,
        after,
        changes,
    })
}

fn make_cases(pools: &[Pool], count: usize, seed: u64) -> Vec<Case> {
    let mut dice = Dice::new(seed);
    let mut cases = Vec::new();
    while cases.len() < count {
        let pool = dice.pick(pools).unwrap();
        cases.extend(make_case(pool, &format!("e{:03}", cases.len()), &mut dice));
    }
    cases
}

/// The programs of one edit that break, each with its errors.
type Broken = BTreeMap<Way, Vec<String>>;

/// Compiles every program before and after, and returns for each case what breaks.
#[track_caller]
fn compile(cases: &[Case]) -> Vec<Broken> {
    let mut broken = Vec::new();
    for batch in cases.chunks(BATCH) {
        let scratch = Scratch::new();
        let before: Vec<CatalogInput> = batch.iter().map(|case| case.before.clone()).collect();
        let after: Vec<CatalogInput> = batch.iter().map(|case| case.after.clone()).collect();
        let output = generate_crate(&before);
        let mut programs = BTreeMap::new();
        for case in &before {
            for (way, program) in witnesses(&output, &case.name) {
                programs.insert(format!("{}_{}", case.name, way.name()), program);
            }
        }
        let check = |side: &str, output| -> Verdict {
            let folder = scratch.path(side);
            let sdk = compile_crate(&folder.join("sdk"), output, Emit::Metadata);
            check_programs(&folder.join("programs"), &sdk, &programs)
        };
        let old = check("before", &output);
        assert!(
            old.errors.is_empty(),
            "the programs do not compile: {:#?}",
            old.errors
        );
        let new = check("after", &generate_crate(&after));
        broken.extend(before.iter().map(|case| breaks(&case.name, &old, &new)));
    }
    broken
}

/// Returns the programs of a case that compile before and not after, where warnings are errors.
fn breaks(name: &str, old: &Verdict, new: &Verdict) -> Broken {
    let mut broken = Broken::new();
    for way in Way::ALL {
        let program = format!("{name}_{}", way.name());
        let warnings = |verdict: &Verdict| verdict.deprecations.get(&program).cloned();
        let known = warnings(old).unwrap_or_default();
        let fresh = warnings(new).unwrap_or_default();
        let mut errors = new.errors.get(&program).cloned().unwrap_or_default();
        errors.extend(fresh.difference(&known).cloned());
        if !errors.is_empty() {
            broken.insert(way, errors);
        }
    }
    broken
}

/// The outcome of an edit: agreement, or the cause of a disagreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    /// Graded compile, and a program stops compiling.
    BothBreak,
    /// Not graded compile, and every program compiles.
    BothCompile,
    /// Arguments are swapped: the call with literals compiles and sends something else, so the grade is
    /// wire and silent. Programs that name the field or the type break.
    Swap,
    /// Not explained.
    OnlyGraded,
    /// Not explained.
    OnlyBroken,
}

fn cause(case: &Case, broken: &Broken) -> Cause {
    let is_graded = case
        .changes
        .iter()
        .any(|change| change.grade == Grade::Compile);
    let has_swap = case
        .changes
        .iter()
        .any(|change| change.kind == ChangeKind::ArgRequiredSwapped);
    match (is_graded, broken.is_empty()) {
        (true, false) => Cause::BothBreak,
        (false, true) => Cause::BothCompile,
        (false, false) if has_swap && !broken.contains_key(&Way::Literals) => Cause::Swap,
        (true, true) => Cause::OnlyGraded,
        (false, false) => Cause::OnlyBroken,
    }
}

/// Judges every case; fails with the unexplained ones.
#[track_caller]
fn judge(cases: &[Case]) -> BTreeMap<Cause, usize> {
    let mut counts = BTreeMap::new();
    let mut unexplained = Vec::new();
    for (case, broken) in cases.iter().zip(compile(cases)) {
        let cause = cause(case, &broken);
        *counts.entry(cause).or_default() += 1;
        if cause >= Cause::OnlyGraded {
            let changes = case.changes.iter().map(|change| {
                format!(
                    "  {} {} {} {} {:?}",
                    change.kind, change.grade, change.tool, change.place, change.rust
                )
            });
            let changes = changes.collect::<Vec<_>>().join("\n");
            let errors = broken.values().flatten().next().map_or("", String::as_str);
            unexplained.push(format!(
                "{cause:?}: {} ({})\n{changes}\n{errors}",
                case.what, case.before.name
            ));
        }
    }
    assert!(
        unexplained.is_empty(),
        "{counts:?}, {} unexplained:\n\n{}",
        unexplained.len(),
        unexplained.join("\n\n")
    );
    counts
}

#[test]
fn a_sample_of_edits_is_graded_as_it_compiles() {
    judge(&make_cases(&own_pools(), 8, 2026));
}

/// `TOOLSMITH_SEED` sets the seed. The table has the outcome of the seed 2026.
#[test]
#[ignore = "compiles for minutes, and needs the corpus"]
fn three_hundred_edits_are_graded_as_they_compile() {
    let Some(mut pools) = corpus_pools() else {
        println!("skipped: the corpus is not next to the workspace");
        return;
    };
    pools.extend(own_pools());
    let seed = std::env::var("TOOLSMITH_SEED").map_or(2026, |seed| seed.parse().unwrap());
    let cases = make_cases(&pools, 300, seed);
    let kinds = count_kinds(&cases);
    let counts = judge(&cases);
    println!("seed {seed}: {counts:?}, {kinds:?}");
    if seed == 2026 {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("changes/EDITS.md");
        assert_golden(&path, &render(&counts, &kinds));
    }
}

/// Counts the edits that make a change of each kind.
fn count_kinds(cases: &[Case]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for case in cases {
        let kinds: BTreeSet<&str> = case
            .changes
            .iter()
            .map(|change| change.kind.as_str())
            .collect();
        for kind in kinds {
            *counts.entry(kind).or_default() += 1;
        }
    }
    counts
}

const HEAD: &str = "\
# Random edits of catalogs

Written by `three_hundred_edits_are_graded_as_they_compile` in `tests/it/changes/random.rs`. This command
runs it, with another seed if you set `TOOLSMITH_SEED`:

```sh
cargo test --workspace --test it -- --ignored three_hundred_edits
```

Each edit changes a few tools of a catalog of the corpus or of this repository. Three programs use the
generated crate: they make one call of every tool with all setters, with values of the types of the
parameters and with literals, and read all fields. A change must be graded *compile* exactly where one of
them stops compiling, with warnings as errors.

| outcome | edits |
|---|---|
";

fn render(counts: &BTreeMap<Cause, usize>, kinds: &BTreeMap<&str, usize>) -> String {
    let rows = [
        (
            Cause::BothBreak,
            "graded compile, and a program stops compiling",
        ),
        (
            Cause::BothCompile,
            "not graded compile, and every program compiles",
        ),
        (
            Cause::Swap,
            "graded wire and silent: arguments are swapped, the call with literals compiles, and a program \
             that names the old field or type does not",
        ),
        (
            Cause::OnlyGraded,
            "graded compile, and every program compiles",
        ),
        (
            Cause::OnlyBroken,
            "not graded compile, and a program stops compiling",
        ),
    ];
    let rows = rows.map(|(cause, text)| {
        format!(
            "| {text} | {} |\n",
            counts.get(&cause).copied().unwrap_or_default()
        )
    });
    let kinds = kinds.iter();
    let kinds = kinds.map(|(kind, count)| format!("| {kind} | {count} |\n"));
    let kinds: String = kinds.collect();
    let title = "\nThe edits that make a change of each kind:\n\n| kind | edits |\n|---|---|\n";
    HEAD.to_owned() + &rows.concat() + title + &kinds
}
