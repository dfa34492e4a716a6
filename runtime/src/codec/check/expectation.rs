//! The expected value of a place, described by its type together with its checks.

use std::collections::BTreeSet;

use toolsmith_dialect::json_pointer;

use super::Check;
use super::number::written;
use crate::codec::{Expected, JsonType, Problem, ProblemKind};

/// Adds the checks of a place to the expected types in `problems`, which lie at or below `root`.
///
/// A value of the wrong type has one problem: "an integer from 1 to 100" instead of a type that says
/// less and a bound next to it.
pub(in crate::codec) fn complete(root: &str, checks: &[Check], problems: &mut Vec<Problem>) {
    let mut mistyped = BTreeSet::new();
    for problem in problems.iter_mut() {
        let ProblemKind::WrongType { expected, .. } = &mut problem.kind else {
            continue;
        };
        let place = problem.path.strip_prefix(root);
        let checks = place.map(|place| checks_at(checks, place));
        if let Some(described) = checks.and_then(|checks| describe(expected, &checks)) {
            *expected = described.into();
        }
        mistyped.insert(problem.path.clone());
    }
    if !mistyped.is_empty() {
        problems.retain(|problem| {
            let is_check = matches!(problem.kind, ProblemKind::Check { .. });
            !is_check || !mistyped.contains(&problem.path)
        });
    }
}

/// Returns the checks that apply at a place below the value that `checks` apply to.
fn checks_at(checks: &[Check], place: &str) -> Vec<Check> {
    let mut at_place = checks.to_vec();
    for step in json_pointer::steps(place) {
        let index: Option<usize> = step.parse().ok();
        let inner = at_place.iter().flat_map(|check| match (*check, index) {
            (Check::Items(inner) | Check::Values(inner), _) => inner,
            (Check::ItemsAfter(first, inner), Some(index)) if index >= first => inner,
            (Check::PrefixItems(prefix), Some(index)) => {
                prefix.get(index).copied().unwrap_or_default()
            }
            (Check::Property(name, inner), _) if name == step => inner,
            _ => &[],
        });
        at_place = inner.copied().collect();
    }
    at_place
}

/// Returns the expected value in more detail than its type, if the checks say more.
pub(crate) fn describe(expected: &Expected, checks: &[Check]) -> Option<String> {
    if expected.is(JsonType::String) {
        return checks.iter().find_map(|check| match check {
            Check::Format(format) => Some(format.describe().to_owned()),
            Check::Pattern(pattern) => Some(format!("a string that matches `{pattern}`")),
            Check::MinLength(bound) if *bound > 0 => {
                let characters = super::count(*bound, "character");
                Some(format!("a string of at least {characters}"))
            }
            _ => None,
        });
    }
    let (number, natural_low) = expected.number()?;
    Range::of(checks, natural_low).describe(number.describe())
}

/// The bounds of a number.
struct Range {
    low: Option<f64>,
    high: Option<f64>,
    above: Option<f64>,
    below: Option<f64>,
}

impl Range {
    fn of(checks: &[Check], natural_low: Option<f64>) -> Self {
        let mut range = Self {
            low: natural_low,
            high: None,
            above: None,
            below: None,
        };
        let larger =
            |known: Option<f64>, bound| Some(known.map_or(bound, |known| known.max(bound)));
        let smaller =
            |known: Option<f64>, bound| Some(known.map_or(bound, |known| known.min(bound)));
        for check in checks {
            match *check {
                Check::Minimum(bound) => range.low = larger(range.low, bound),
                Check::Maximum(bound) => range.high = smaller(range.high, bound),
                Check::ExclusiveMinimum(bound) => range.above = larger(range.above, bound),
                Check::ExclusiveMaximum(bound) => range.below = smaller(range.below, bound),
                _ => {}
            }
        }
        // Only the narrower of two lower or upper bounds is mentioned.
        if let (Some(low), Some(above)) = (range.low, range.above) {
            if above >= low {
                range.low = None;
            } else {
                range.above = None;
            }
        }
        if let (Some(high), Some(below)) = (range.high, range.below) {
            if below <= high {
                range.high = None;
            } else {
                range.below = None;
            }
        }
        range
    }

    fn describe(&self, noun: &str) -> Option<String> {
        let low = match (self.low, self.above) {
            (Some(low), _) => Some(format!("at least {}", written(low))),
            (None, Some(above)) => Some(format!("more than {}", written(above))),
            (None, None) => None,
        };
        let high = match (self.high, self.below) {
            (Some(high), _) => Some(format!("at most {}", written(high))),
            (None, Some(below)) => Some(format!("less than {}", written(below))),
            (None, None) => None,
        };
        match (self.low, self.high, low, high) {
            (Some(low), Some(high), ..) => {
                let (low, high) = (written(low), written(high));
                Some(format!("{noun} from {low} to {high}"))
            }
            (.., Some(low), Some(high)) => Some(format!("{noun} of {low} and {high}")),
            (.., Some(bound), None) | (.., None, Some(bound)) => Some(format!("{noun} of {bound}")),
            (.., None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn describes_a_type_with_its_bounds() {
        let between: &[Check] = &[Check::Minimum(1.0), Check::Maximum(100.0)];
        for (expected, checks, described) in [
            (
                Expected::UNSIGNED,
                between,
                Some("an integer from 1 to 100"),
            ),
            (
                Expected::UNSIGNED,
                &[Check::Maximum(9.0)],
                Some("an integer from 0 to 9"),
            ),
            (JsonType::Integer.into(), &[], None),
            (
                JsonType::Number.into(),
                &[Check::ExclusiveMinimum(0.0)],
                Some("a number of more than 0"),
            ),
            (
                JsonType::Number.into(),
                &[Check::ExclusiveMinimum(0.0), Check::Maximum(0.5)],
                Some("a number of more than 0 and at most 0.5"),
            ),
            (
                JsonType::String.into(),
                &[Check::MinLength(1)],
                Some("a string of at least 1 character"),
            ),
            (JsonType::Array.into(), &[Check::MinItems(1)], None),
        ] {
            assert_eq!(
                describe(&expected, checks).as_deref(),
                described,
                "{expected}"
            );
        }
    }

    #[test]
    fn finds_the_checks_of_elements() {
        let checks = [Check::Items(&[Check::Minimum(2.0)]), Check::MinItems(1)];
        assert_eq!(checks_at(&checks, "").len(), 2);
        assert!(matches!(
            checks_at(&checks, "/3")[..],
            [Check::Minimum(2.0)]
        ));
        assert!(checks_at(&checks, "/3/x").is_empty());
    }
}
