//! Changes of the checks before sending: bounds, patterns, formats, conditions.

use super::context::ToolComparison;
use super::kind::{ChangeKind, Grade};
use super::limits::{Side, bound_of, effective_checks};
use crate::lower::describe_checks;
use crate::model::{Check, Direction, TypeRef};

/// Compares the checks of one place of the arguments, whose value has the type `ty` before and after.
pub(super) fn compare_checks(
    (before, after): (&[Check], &[Check]),
    ty: Option<&TypeRef>,
    pointer: &str,
    comparison: &mut ToolComparison<'_>,
) {
    if before == after {
        return;
    }
    let (before, after) = (effective_checks(before, ty), effective_checks(after, ty));
    let lacks = |checks: &[Check], check: &Check| !checks.contains(check);
    let removed = before.iter().filter(|check| lacks(&after, check));
    let mut removed: Vec<&Check> = removed.collect();
    let added = after.iter().filter(|check| lacks(&before, check));
    let mut added: Vec<&Check> = added.collect();
    // A check that both sides have, with different limits, is one change.
    removed.retain(|old| {
        let Some(index) = added.iter().position(|new| keyword(old) == keyword(new)) else {
            return true;
        };
        let new = added.remove(index);
        push(Some(old), Some(new), pointer, comparison);
        false
    });
    for check in removed {
        push(Some(check), None, pointer, comparison);
    }
    for check in added {
        push(None, Some(check), pointer, comparison);
    }
}

fn push(
    before: Option<&Check>,
    after: Option<&Check>,
    pointer: &str,
    comparison: &mut ToolComparison<'_>,
) {
    let kind = kind_of(before, after);
    let words = |check: &Check| describe_checks([check]).join(", ");
    let change = comparison.at(kind, Direction::Request, pointer);
    let change = change.values(before.map(words), after.map(words));
    let is_format = matches!(
        kind,
        ChangeKind::ArgFormatAdded | ChangeKind::ArgFormatRemoved
    );
    comparison.push(match (is_format, before) {
        // The type is a string before and after.
        (true, None) => change.graded(Grade::Behaviour),
        (true, Some(_)) => change.graded(Grade::Additive),
        (false, _) => change,
    });
}

/// Returns the key that pairs a check with its changed version. The two bounds on one side of a number share
/// a key.
fn keyword(check: &Check) -> (u8, Option<Side>, Option<&str>) {
    match check {
        Check::Number(bound, _) | Check::Integer(bound, _) | Check::Count(bound, _) => {
            (0, Some(Side::of(*bound)), None)
        }
        Check::UniqueItems => (1, None, None),
        Check::Format(_) => (2, None, None),
        Check::Pattern(_) => (3, None, None),
        Check::Type(_) => (4, None, None),
        Check::Enum(_) => (5, None, None),
        Check::Required(_) => (6, None, None),
        Check::Property(name, _) => (7, None, Some(name)),
        Check::PatternProperty(pattern, _) => (8, None, Some(pattern)),
        Check::AdditionalProperties(..) => (9, None, None),
        Check::PropertyNames(_) => (10, None, None),
        Check::Values(_) => (11, None, None),
        Check::Items(_) => (12, None, None),
        Check::PrefixItems(_) => (13, None, None),
        Check::ItemsAfter(..) => (14, None, None),
        Check::Contains(..) => (15, None, None),
        Check::AnyOf(_) => (16, None, None),
        Check::OneOf(_) => (17, None, None),
        Check::Not(_) => (18, None, None),
        Check::If(..) => (19, None, None),
        Check::Dependent(name, _) => (20, None, Some(name)),
        Check::Never => (21, None, None),
    }
}

fn kind_of(before: Option<&Check>, after: Option<&Check>) -> ChangeKind {
    let is_looser = match (before, after) {
        (None, Some(Check::Format(_))) => return ChangeKind::ArgFormatAdded,
        (Some(Check::Format(_)), None) => return ChangeKind::ArgFormatRemoved,
        (_, None) => true,
        (None, _) => false,
        (Some(before), Some(after)) => is_looser(before, after),
    };
    if is_looser {
        ChangeKind::ArgBoundLoosened
    } else {
        ChangeKind::ArgBoundTightened
    }
}

/// Returns `true` if the newer check certainly accepts everything that the older one does.
fn is_looser(before: &Check, after: &Check) -> bool {
    if let (Some(old), Some(new)) = (bound_of(before, false), bound_of(after, false)) {
        return new.accepts_all_of(&old);
    }
    match (before, after) {
        (Check::Type(old), Check::Type(new)) => old.iter().all(|ty| new.contains(ty)),
        (Check::Enum(old), Check::Enum(new)) => old.iter().all(|value| new.contains(value)),
        (Check::Required(old), Check::Required(new)) => new.iter().all(|name| old.contains(name)),
        (Check::Values(old), Check::Values(new))
        | (Check::Items(old), Check::Items(new))
        | (Check::Property(_, old), Check::Property(_, new))
        | (Check::PatternProperty(_, old), Check::PatternProperty(_, new))
        | (Check::Dependent(_, old), Check::Dependent(_, new))
        | (Check::PropertyNames(old), Check::PropertyNames(new)) => all_looser(old, new),
        (
            Check::AdditionalProperties(names, patterns, old),
            Check::AdditionalProperties(others, other_patterns, new),
        ) => names == others && patterns == other_patterns && all_looser(old, new),
        (Check::Contains(old, least, most), Check::Contains(new, new_least, new_most)) => {
            old == new && new_least <= least && new_most >= most
        }
        (Check::AnyOf(old), Check::AnyOf(new)) => old
            .iter()
            .all(|branch| new.iter().any(|other| all_looser(branch, other))),
        (Check::Not(old), Check::Not(new)) => all_looser(new, old),
        _ => false,
    }
}

/// Returns `true` if each of the newer checks is one of the older ones, or looser than one.
fn all_looser(before: &[Check], after: &[Check]) -> bool {
    after.iter().all(|new| {
        let mut old = before.iter();
        old.any(|old| old == new || (keyword(old) == keyword(new) && is_looser(old, new)))
    })
}
