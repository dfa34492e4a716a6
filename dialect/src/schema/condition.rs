//! Keywords that state a condition.

use super::node::{Condition, ConditionSet};

/// The keywords that have a meaning only together.
const FAMILIES: [&[&str]; 2] = [
    &["if", "then", "else"],
    &["contains", "minContains", "maxContains"],
];

/// Adds the rules of one schema to sets of those that belong together.
pub(super) fn group(rules: Vec<(String, Condition)>) -> Vec<ConditionSet> {
    let mut sets: Vec<ConditionSet> = Vec::new();
    for (keyword, rule) in rules {
        let family = FAMILIES
            .iter()
            .find(|family| family.contains(&keyword.as_str()));
        let set = sets.iter_mut().find(|set| {
            family.is_some_and(|family| {
                set.iter()
                    .any(|(known, _)| family.contains(&known.as_str()))
            })
        });
        match set {
            Some(set) => set.push((keyword, rule)),
            None => sets.push(vec![(keyword, rule)]),
        }
    }
    // Without the first keyword of its family, or an `if` alone, a set has no meaning.
    sets.retain(|set| {
        FAMILIES.iter().all(|family| {
            let has = |keyword: &&str| set.iter().any(|(known, _)| known == keyword);
            let is_whole = family.first() != Some(&"if") || has(&"then") || has(&"else");
            !family.iter().any(has) || family.first().is_some_and(has) && is_whole
        })
    });
    sets
}
