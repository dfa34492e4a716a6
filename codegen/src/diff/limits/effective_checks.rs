//! Checks in the form in which they are in force: without those that refuse nothing, and with one bound on
//! each side of a number.

use std::collections::BTreeSet;

use super::decimal::Decimal;
use super::effective::{EffectiveBound, Side};
use crate::model::{Bound, Check, JsonType, TypeRef};

/// Returns the checks of a value of one type that are in force. A value inside any JSON has no type.
pub(in crate::diff) fn effective_checks(checks: &[Check], ty: Option<&TypeRef>) -> Vec<Check> {
    let ty = ty.map(plain);
    let is_integer = is_integer(checks, ty);
    let mut found: Vec<Check> = Vec::with_capacity(checks.len());
    for check in checks {
        let check = match bound_of(check, is_integer) {
            Some(bound) if is_trivial_bound(&bound, ty, is_integer) => continue,
            Some(bound) if is_integer => with_integer(check, &bound),
            Some(_) => check.clone(),
            None => effective_check(check, ty),
        };
        if !is_trivial(&check) {
            push_tightest(&mut found, check, is_integer);
        }
    }
    found
}

/// Returns the bound that a check is.
pub(in crate::diff) fn bound_of(check: &Check, is_integer: bool) -> Option<EffectiveBound> {
    let (bound, limit) = match check {
        Check::Number(bound, limit) => (*bound, Decimal::parse(&limit.to_string())?),
        Check::Integer(bound, limit) => (*bound, Decimal::of(*limit)),
        Check::Count(bound, limit) => (*bound, Decimal::of(i128::from(*limit))),
        _ => return None,
    };
    Some(EffectiveBound::new(bound, limit, is_integer))
}

/// Adds a check. Of two bounds on one side, the tighter one is in force.
fn push_tightest(found: &mut Vec<Check>, check: Check, is_integer: bool) {
    if let Some(bound) = bound_of(&check, is_integer) {
        let mut others = found.iter_mut();
        let other = others.find_map(|other| {
            let known = bound_of(other, is_integer)?;
            let is_same_side = known.side == bound.side && bound.side != Side::Between;
            is_same_side.then_some((other, known))
        });
        if let Some((other, known)) = other {
            if known.accepts_all_of(&bound) {
                *other = check;
            }
            return;
        }
    }
    found.push(check);
}

/// Returns a bound of an integer as an inclusive one.
fn with_integer(check: &Check, bound: &EffectiveBound) -> Check {
    let keyword = match bound.side {
        Side::Below => Bound::Minimum,
        Side::Above => Bound::Maximum,
        _ => return check.clone(),
    };
    match bound.integer() {
        Some(limit) => Check::Integer(keyword, limit),
        None => check.clone(),
    }
}

fn effective_check(check: &Check, ty: Option<&TypeRef>) -> Check {
    let same = |checks: &[Check]| effective_checks(checks, ty);
    let other = |checks: &[Check]| effective_checks(checks, None);
    let element = |checks: &[Check]| effective_checks(checks, ty.and_then(element_of));
    let branches = |branches: &[Vec<Check>]| branches.iter().map(|branch| same(branch)).collect();
    match check {
        // The order of names and values says nothing.
        Check::Required(names) => Check::Required(sorted(names)),
        Check::Enum(values) => Check::Enum(sorted(values)),
        Check::Property(name, checks) => Check::Property(name.clone(), other(checks)),
        Check::PatternProperty(pattern, checks) => {
            Check::PatternProperty(pattern.clone(), other(checks))
        }
        Check::AdditionalProperties(names, patterns, checks) => {
            Check::AdditionalProperties(names.clone(), patterns.clone(), other(checks))
        }
        Check::PropertyNames(checks) => Check::PropertyNames(other(checks)),
        Check::Values(checks) => Check::Values(element(checks)),
        Check::Items(checks) => Check::Items(element(checks)),
        Check::PrefixItems(lists) => {
            let elements = match ty {
                Some(TypeRef::Tuple(elements)) => elements.as_slice(),
                _ => &[],
            };
            let lists = lists.iter().enumerate();
            let lists = lists.map(|(index, list)| effective_checks(list, elements.get(index)));
            Check::PrefixItems(lists.collect())
        }
        Check::ItemsAfter(first, checks) => Check::ItemsAfter(*first, element(checks)),
        Check::Contains(checks, least, most) => Check::Contains(element(checks), *least, *most),
        Check::AnyOf(lists) => Check::AnyOf(branches(lists)),
        Check::OneOf(lists) => Check::OneOf(branches(lists)),
        Check::Not(checks) => Check::Not(same(checks)),
        Check::If(condition, then, otherwise) => {
            Check::If(same(condition), same(then), same(otherwise))
        }
        Check::Dependent(name, checks) => Check::Dependent(name.clone(), same(checks)),
        other => other.clone(),
    }
}

fn sorted(texts: &[String]) -> Vec<String> {
    let texts: BTreeSet<&String> = texts.iter().collect();
    texts.into_iter().cloned().collect()
}

/// Returns `true` for a check that refuses nothing.
fn is_trivial(check: &Check) -> bool {
    match check {
        Check::Pattern(pattern) => pattern.is_empty(),
        Check::Required(names) => names.is_empty(),
        Check::Property(_, checks)
        | Check::PatternProperty(_, checks)
        | Check::AdditionalProperties(_, _, checks)
        | Check::PropertyNames(checks)
        | Check::Values(checks)
        | Check::Items(checks)
        | Check::ItemsAfter(_, checks)
        | Check::Dependent(_, checks) => checks.is_empty(),
        Check::PrefixItems(lists) => lists.iter().all(Vec::is_empty),
        Check::AnyOf(branches) => branches.iter().any(Vec::is_empty),
        Check::If(_, then, otherwise) => then.is_empty() && otherwise.is_empty(),
        _ => false,
    }
}

fn is_trivial_bound(bound: &EffectiveBound, ty: Option<&TypeRef>, is_integer: bool) -> bool {
    let is_negative = || bound.integer().is_some_and(|limit| limit <= 0);
    let is_unsigned = ty == Some(&TypeRef::Unsigned);
    bound.is_trivial(is_integer) || (is_unsigned && bound.side == Side::Below && is_negative())
}

fn is_integer(checks: &[Check], ty: Option<&TypeRef>) -> bool {
    let is_number = |kind: &JsonType| matches!(kind, JsonType::Integer | JsonType::Null);
    matches!(ty, Some(TypeRef::Integer | TypeRef::Unsigned))
        || checks
            .iter()
            .any(|check| matches!(check, Check::Type(kinds) if kinds.iter().all(is_number)))
}

/// Returns a type without what allows null.
fn plain(ty: &TypeRef) -> &TypeRef {
    match ty {
        TypeRef::OrNull(inner) | TypeRef::Boxed(inner) => plain(inner),
        ty => ty,
    }
}

fn element_of(ty: &TypeRef) -> Option<&TypeRef> {
    match ty {
        TypeRef::List(element) | TypeRef::Map(element) => Some(element),
        _ => None,
    }
}
