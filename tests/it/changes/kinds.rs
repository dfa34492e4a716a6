//! Each kind of change has the effect that its grade says.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value as Json;
use toolsmith_codegen::diff::{Change, ChangeKind, compare};
use toolsmith_codegen::options::Enums;
use toolsmith_codegen::{CatalogInput, GeneratedCrate};
use toolsmith_testkit::golden::assert_golden;

use super::compiler::{Emit, Verdict, check_programs, compile_crate, generate_crate, run_program};
use super::pairs::{Direction, directions};
use super::table::{Row, render};
use crate::scratch::Scratch;

const HARNESS: &str = include_str!("../../changes/harness.rs");

/// The kinds that need the text of a catalog alone, which have separate tests.
const TEXT_KINDS: [&str; 5] = [
    "server-text-changed",
    "text-hidden-characters",
    "text-instructs",
    "text-contradicts-effect",
    "name-confusable",
];

/// Programs that call the crate of one side, and the outcome of each.
pub(crate) struct Side {
    output: GeneratedCrate,
    verdict: Verdict,
    /// The calls of each program that compiles, and its result.
    calls: BTreeMap<String, Outcome>,
}

/// The outcome of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The requests.
    pub(crate) calls: Vec<String>,
    /// The value that the program prints, or the error.
    pub(crate) result: Result<String, String>,
}

impl Side {
    #[track_caller]
    fn new(folder: &Path, catalogs: &[CatalogInput], programs: &BTreeMap<String, String>) -> Self {
        let output = generate_crate(catalogs);
        let sdk = compile_crate(&folder.join("sdk"), &output, Emit::Linked);
        let mut checked = programs.clone();
        checked.insert("harness".to_owned(), HARNESS.to_owned());
        let verdict = check_programs(&folder.join("programs"), &sdk, &checked);
        assert!(
            !verdict.errors.contains_key("harness"),
            "{:?}",
            verdict.errors["harness"]
        );
        let is_broken = |name: &String| verdict.errors.contains_key(name);
        checked.retain(|name, _| !is_broken(name));
        let calls = run(&folder.join("run"), &sdk, &checked);
        Self {
            output,
            verdict,
            calls,
        }
    }

    fn compiles(&self, program: &str) -> bool {
        !self.verdict.errors.contains_key(program)
    }

    fn warns(&self, program: &str) -> bool {
        self.verdict.deprecations.contains_key(program)
    }

    /// Returns the code of a catalog, without documentation and without the texts for models.
    fn code(&self, catalog: &str) -> BTreeMap<&str, String> {
        let files = self.output.files.0.iter();
        let files = files.filter_map(|(path, text)| {
            let file = path.strip_prefix(&format!("src/{catalog}/"))?;
            let lines = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            let lines: Vec<&str> = lines.collect();
            let is_text = matches!(file, "registry.rs" | "schemas.rs");
            (!is_text).then(|| (file, lines.join("\n")))
        });
        files.collect()
    }
}

/// Runs programs, and returns the outcome of each.
#[track_caller]
fn run(folder: &Path, sdk: &Path, modules: &BTreeMap<String, String>) -> BTreeMap<String, Outcome> {
    let mut main = "#![allow(unused, deprecated)]\n".to_owned();
    let mut body = String::new();
    for name in modules.keys() {
        let _ = writeln!(main, "mod {name};");
        if name != "harness" {
            let _ = write!(
                body,
                "    let log = harness::Log::default();\n    \
                 let result = {name}::run(log.clone()).await.map_err(|error| error.to_string());\n    \
                 println!(\"{{}}\", serde_json::json!([{name:?}, log.calls(), result]));\n"
            );
        }
    }
    let _ = write!(
        main,
        "\nasync fn run() {{\n{body}}}\n\nfn main() {{\n    \
         let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();\n    \
         runtime.unwrap().block_on(run());\n}}\n"
    );
    let files = modules
        .iter()
        .map(|(name, text)| (format!("{name}.rs"), text.clone()));
    let mut files: BTreeMap<String, String> = files.collect();
    files.insert("main.rs".to_owned(), main);
    let printed = run_program(folder, sdk, &files);
    printed
        .lines()
        .map(|line| {
            let (name, calls, result): (String, Vec<String>, Json) =
                serde_json::from_str(line).unwrap();
            let text = |key: &str| result[key].as_str().map(str::to_owned);
            let result = text("Ok").ok_or_else(|| text("Err").unwrap());
            (name, Outcome { calls, result })
        })
        .collect()
}

/// A direction of a pair with the changes that the comparison finds, and what programs show.
pub(crate) struct Proof<'s> {
    pub(crate) direction: &'s Direction,
    pub(crate) change: Change,
    pub(crate) old_before: &'s Outcome,
    pub(crate) old_after: Option<&'s Outcome>,
    pub(crate) old_warns: [bool; 2],
    pub(crate) new_before: Option<&'s Outcome>,
    pub(crate) new_after: &'s Outcome,
    /// The code is the same, but for documentation and the texts for models.
    pub(crate) is_same_code: bool,
}

#[test]
fn every_kind_has_the_effect_of_its_grade() {
    let directions = directions();
    let mut programs = BTreeMap::new();
    for direction in &directions {
        let new = direction.new.as_ref().unwrap_or(&direction.old);
        for (version, caller) in [("old", &direction.old), ("new", new)] {
            let name = format!("{}_{version}", direction.name);
            programs.insert(name, direction.program(caller));
        }
    }
    let scratch = Scratch::new();
    let before: Vec<CatalogInput> = directions.iter().map(|one| one.before.clone()).collect();
    let after: Vec<CatalogInput> = directions.iter().map(|one| one.after.clone()).collect();
    let before = Side::new(&scratch.path("before"), &before, &programs);
    let after = Side::new(&scratch.path("after"), &after, &programs);
    let mut problems = Vec::new();
    let mut rows = Vec::new();
    for direction in &directions {
        match prove(direction, &before, &after) {
            Ok(proof) => {
                let verdict = super::table::judge(&proof);
                problems.extend(
                    verdict
                        .as_ref()
                        .err()
                        .map(|problem| format!("{} {}: {problem}", direction.name, direction.kind)),
                );
                rows.push(Row::new(&proof, verdict.unwrap_or_default()));
            }
            Err(problem) => {
                problems.push(format!("{} {}: {problem}", direction.name, direction.kind));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
    check_coverage(&directions);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("changes/KINDS.md");
    assert_golden(&path, &render(&rows));
}

/// Gathers what is known about a direction.
fn prove<'s>(
    direction: &'s Direction,
    before: &'s Side,
    after: &'s Side,
) -> Result<Proof<'s>, String> {
    let changes = compare(&direction.before, &direction.after, Enums::Open);
    let changes = changes.map_err(|problems| problems.to_string())?;
    let (own, others): (Vec<Change>, Vec<Change>) = changes
        .into_iter()
        .partition(|change| change.kind.as_str() == direction.kind);
    let list = |changes: &[Change]| {
        let ids = changes.iter().map(|change| change.kind.as_str());
        ids.collect::<Vec<_>>().join(", ")
    };
    if own.is_empty() {
        return Err(format!("the comparison finds: {}", list(&others)));
    }
    let is_expected = |change: &Change| direction.with.iter().any(|id| id == change.kind.as_str());
    if !others.iter().all(is_expected) {
        return Err(format!("the comparison also finds: {}", list(&others)));
    }
    let old = format!("{}_old", direction.name);
    let new = format!("{}_new", direction.name);
    let own_side = |side: &'s Side, program: &str| {
        side.calls.get(program).ok_or_else(|| {
            let errors = side.verdict.errors[program].join("\n");
            format!("{program} does not compile against its own crate:\n{errors}")
        })
    };
    Ok(Proof {
        direction,
        change: own[0].clone(),
        old_before: own_side(before, &old)?,
        old_after: after.calls.get(&old).filter(|_| after.compiles(&old)),
        old_warns: [before.warns(&old), after.warns(&old)],
        new_before: before.calls.get(&new).filter(|_| before.compiles(&new)),
        new_after: own_side(after, &new)?,
        is_same_code: before.code(&direction.name) == after.code(&direction.name),
    })
}

/// Asserts that each kind is in the pairs, and each pair read in both directions.
#[track_caller]
fn check_coverage(directions: &[Direction]) {
    let shown: BTreeSet<&str> = directions.iter().map(|one| one.kind.as_str()).collect();
    let missing = ChangeKind::ALL
        .iter()
        .map(|kind| kind.as_str())
        .filter(|id| !shown.contains(id) && !TEXT_KINDS.contains(id));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&str>::new());
    // A list that shrinks costs nothing, so it is not reported.
    let alone = directions.iter().filter(|one| {
        let name = one.name.replace("_there", "_back");
        directions.iter().all(|other| other.name != name)
    });
    let alone: Vec<&str> = alone.map(|one| one.kind.as_str()).collect();
    assert_eq!(alone, ["list-size"]);
}
