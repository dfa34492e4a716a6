//! The problems of a value that matches no branch of a union.

use crate::codec::{Expected, Json, JsonType, Problem, ProblemKind};

/// Returns the problems of `found`, which has these problems in each of the branches.
pub(super) fn explain(
    place: &str,
    found: &Json,
    branches: Vec<Vec<Problem>>,
    names: Vec<String>,
) -> Vec<Problem> {
    let mut open: Vec<(String, Vec<Problem>)> = names.into_iter().zip(branches).collect();
    if open
        .iter()
        .all(|(_, problems)| is_mistyped(place, problems))
    {
        return vec![Problem::new(place.to_owned(), mistyped(found, &open))];
    }
    // A value of another type is not of this branch: of null, only the others matter.
    open.retain(|(_, problems)| !is_mistyped(place, problems));
    let fitting = |other: &str| {
        let mut branches = open.iter().map(|(_, problems)| problems);
        branches.any(|problems| problems.iter().all(|problem| problem.path != other))
    };
    // A tag that is that of another branch.
    let is_other = |problem: &Problem| {
        matches!(problem.kind, ProblemKind::NotAllowed { .. }) && fitting(&problem.path)
    };
    let others: Vec<bool> = open
        .iter()
        .map(|(_, problems)| problems.iter().any(is_other))
        .collect();
    if !others.iter().all(|is_other| *is_other) {
        let mut others = others.into_iter();
        open.retain(|_| !others.next().unwrap_or_default());
    }
    if let [(_, _)] = open.as_slice() {
        return open
            .into_iter()
            .flat_map(|(_, problems)| problems)
            .collect();
    }
    if let Some(problem) = one_of_constants(&open) {
        return vec![problem];
    }
    let among = open.iter().map(|(name, _)| name.clone()).collect();
    let closest = open
        .into_iter()
        .min_by_key(|(_, problems)| distance(problems));
    let Some((nearest, problems)) = closest else {
        return Vec::new();
    };
    let kind = ProblemKind::NoVariant { nearest, among };
    let first = Problem::new(place.to_owned(), kind);
    std::iter::once(first).chain(problems).collect()
}

fn is_mistyped(place: &str, problems: &[Problem]) -> bool {
    problems.iter().any(|problem| {
        let is_type = matches!(
            problem.kind,
            ProblemKind::WrongType { .. } | ProblemKind::NullNotAllowed
        );
        is_type && problem.path == place
    })
}

/// Returns the problem of a value whose type is that of no branch.
fn mistyped(found: &Json, branches: &[(String, Vec<Problem>)]) -> ProblemKind {
    if found.is_null() {
        return ProblemKind::NullNotAllowed;
    }
    let mut expected: Vec<&Expected> = Vec::new();
    for (_, problems) in branches {
        for problem in problems {
            if let ProblemKind::WrongType { expected: one, .. } = &problem.kind
                && !expected.contains(&one)
                && !one.is(JsonType::Null)
            {
                expected.push(one);
            }
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

/// Returns the problem of a value, or of its tag, that each branch allows another constant for.
fn one_of_constants(branches: &[(String, Vec<Problem>)]) -> Option<Problem> {
    let (_, first) = branches.first()?;
    first.iter().find_map(|candidate| {
        let path = &candidate.path;
        let mut values = Vec::new();
        for (_, problems) in branches {
            let problem = problems.iter().find(|problem| problem.path == *path)?;
            match &problem.kind {
                ProblemKind::NotAllowed { allowed, .. } => values.extend(allowed.iter().cloned()),
                // A missing tag is missing in all of them.
                ProblemKind::Missing => {
                    return is_missing_in_all(branches, path).then(|| problem.clone());
                }
                _ => return None,
            }
        }
        let ProblemKind::NotAllowed { found, .. } = &candidate.kind else {
            return None;
        };
        let text = Json::from(found.trim_matches('"'));
        let mut kind = ProblemKind::not_allowed(values, &text);
        if let ProblemKind::NotAllowed { found: shown, .. } = &mut kind {
            shown.clone_from(found);
        }
        Some(Problem::new(path.clone(), kind))
    })
}

fn is_missing_in_all(branches: &[(String, Vec<Problem>)], path: &str) -> bool {
    branches.iter().all(|(_, problems)| {
        problems
            .iter()
            .any(|problem| problem.path == *path && matches!(problem.kind, ProblemKind::Missing))
    })
}

/// Measures how far a value is from a branch: wrong types, then wrong names, then all problems.
fn distance(problems: &[Problem]) -> (usize, usize, usize) {
    let count = |is_counted: fn(&ProblemKind) -> bool| {
        let counted = problems.iter().filter(|problem| is_counted(&problem.kind));
        counted.count()
    };
    (
        count(|kind| matches!(kind, ProblemKind::WrongType { .. })),
        count(|kind| matches!(kind, ProblemKind::Missing | ProblemKind::Unknown { .. })),
        problems.len(),
    )
}
