//! The problems of a value that matches no branch of a union.

use std::collections::{BTreeMap, BTreeSet};

use toolsmith_dialect::json_pointer;

use crate::codec::{Expected, Json, JsonType, Problem, ProblemKind};

/// A branch that a value does not match, with the problems.
pub(crate) struct Mismatch {
    /// The name of the branch.
    pub(crate) name: String,
    /// The problems of the value in this branch.
    pub(crate) problems: Vec<Problem>,
}

/// Returns the problems of `found`, the value at `place`: those of the branch that was probably meant.
///
/// A property with fixed values decides, if another branch has the value. Otherwise the names decide,
/// from the outside to the inside, and then the types of the values.
pub(crate) fn explain(place: &str, found: &Json, mut open: Vec<Mismatch>) -> Vec<Problem> {
    let is_mistyped = |mismatch: &Mismatch| mismatch.problems.iter().any(|it| is_type(it, place));
    if open.iter().all(is_mistyped) {
        return vec![Problem::new(place.to_owned(), mistyped(found, &open))];
    }
    // A value of another type is not of this branch: of null, only the others matter.
    open.retain(|mismatch| !is_mistyped(mismatch));
    drop_other_tags(&mut open);
    if let [only] = open.as_mut_slice() {
        return std::mem::take(&mut only.problems);
    }
    if let Some(problem) = one_of_constants(&open) {
        return vec![problem];
    }
    let among = open.iter().map(|mismatch| mismatch.name.clone()).collect();
    let closest = open.iter().enumerate();
    let closest = closest.min_by_key(|(_, mismatch)| Distance::of(&mismatch.problems, place));
    let Some((index, _)) = closest else {
        return Vec::new();
    };
    let Mismatch { name, problems } = open.remove(index);
    // A problem of all branches needs no mention of one.
    let is_in_all = |problem: &Problem| open.iter().all(|other| other.problems.contains(problem));
    if let [only] = problems.as_slice()
        && is_in_all(only)
    {
        return problems;
    }
    let kind = ProblemKind::NoVariant {
        nearest: name,
        among,
    };
    let first = Problem::new(place.to_owned(), kind);
    std::iter::once(first).chain(problems).collect()
}

/// Returns `true` for a value of a wrong type at `place`.
fn is_type(problem: &Problem, place: &str) -> bool {
    let is_type = matches!(
        problem.kind,
        ProblemKind::WrongType { .. } | ProblemKind::NullNotAllowed
    );
    is_type && problem.path == place
}

/// Drops the branches with a property whose value is that of another branch.
fn drop_other_tags(open: &mut Vec<Mismatch>) {
    let paths: Vec<BTreeSet<&str>> = open
        .iter()
        .map(|mismatch| {
            mismatch
                .problems
                .iter()
                .map(|it| it.path.as_str())
                .collect()
        })
        .collect();
    let is_other = |problem: &Problem| {
        matches!(problem.kind, ProblemKind::NotAllowed { .. })
            && paths
                .iter()
                .any(|paths| !paths.contains(problem.path.as_str()))
    };
    let are_others: Vec<bool> = open
        .iter()
        .map(|mismatch| mismatch.problems.iter().any(is_other))
        .collect();
    if are_others.contains(&false) {
        let mut are_others = are_others.into_iter();
        open.retain(|_| !are_others.next().unwrap_or_default());
    }
}

/// Returns the problem of a value whose type is that of no branch.
fn mistyped(found: &Json, branches: &[Mismatch]) -> ProblemKind {
    if found.is_null() {
        return ProblemKind::NullNotAllowed;
    }
    let mut expected: Vec<&Expected> = Vec::new();
    for problem in branches.iter().flat_map(|mismatch| &mismatch.problems) {
        if let ProblemKind::WrongType { expected: one, .. } = &problem.kind
            && !expected.contains(&one)
            && !one.is(JsonType::Null)
        {
            expected.push(one);
        }
    }
    let expected = match expected.as_slice() {
        [only] => (*only).clone(),
        all => {
            let words: Vec<String> = all.iter().map(ToString::to_string).collect();
            words.join(" or ").into()
        }
    };
    ProblemKind::wrong_type(expected, found)
}

/// Returns the problem of a value, or of a property, for which each branch allows other constants.
fn one_of_constants(open: &[Mismatch]) -> Option<Problem> {
    let refused: Vec<BTreeMap<&str, &[Json]>> = open
        .iter()
        .map(|mismatch| {
            let mut allowed_at = BTreeMap::new();
            for problem in &mismatch.problems {
                if let ProblemKind::NotAllowed { allowed, .. } = &problem.kind {
                    allowed_at.insert(problem.path.as_str(), allowed.as_slice());
                }
            }
            allowed_at
        })
        .collect();
    let first = open.first()?;
    first.problems.iter().find_map(|candidate| {
        let ProblemKind::NotAllowed { found, .. } = &candidate.kind else {
            return None;
        };
        let mut values: Vec<Json> = Vec::new();
        for allowed_at in &refused {
            let allowed = allowed_at.get(candidate.path.as_str())?;
            for value in *allowed {
                if !values.contains(value) {
                    values.push(value.clone());
                }
            }
        }
        let text = Json::from(found.trim_matches('"'));
        let mut kind = ProblemKind::not_allowed(values, &text);
        if let ProblemKind::NotAllowed { found: shown, .. } = &mut kind {
            shown.clone_from(found);
        }
        Some(Problem::new(candidate.path.clone(), kind))
    })
}

/// The distance of a value from a branch: by depth, from the outside to the inside, then the number of all
/// problems.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Distance {
    by_depth: Vec<Counts>,
    all: usize,
}

/// The problems at one depth, the most telling first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Counts {
    /// Names that the branch does not have.
    unknown: usize,
    /// Missing names, and values of a wrong type.
    wrong: usize,
    /// Values of a wrong type.
    mistyped: usize,
}

impl Distance {
    fn of(problems: &[Problem], place: &str) -> Self {
        let mut by_depth: BTreeMap<usize, Counts> = BTreeMap::new();
        for problem in problems {
            let inside = problem.path.strip_prefix(place).unwrap_or_default();
            let depth = json_pointer::steps(inside).count();
            let counts = by_depth.entry(depth).or_default();
            match problem.kind {
                ProblemKind::Unknown { .. } => counts.unknown += 1,
                ProblemKind::Missing => counts.wrong += 1,
                ProblemKind::WrongType { .. } | ProblemKind::NullNotAllowed => {
                    counts.wrong += 1;
                    counts.mistyped += 1;
                }
                _ => {}
            }
        }
        let deepest = by_depth.keys().next_back().map_or(0, |depth| depth + 1);
        let counts = (0..deepest).map(|depth| by_depth.get(&depth).copied().unwrap_or_default());
        Self {
            by_depth: counts.collect(),
            all: problems.len(),
        }
    }
}
