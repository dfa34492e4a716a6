//! The limits of values in records, in one form for every way to write them.

mod canonical;
mod decimal;
mod effective;
mod effective_checks;
mod expanded;
mod keywords;

use std::collections::BTreeMap;

pub(super) use self::effective::Side;
pub(super) use self::effective_checks::{bound_of, effective_checks};
pub(super) use self::expanded::Expanded;
pub(super) use self::keywords::{constrains, is_limit_of_schemas, names_integer};

use self::canonical::write_limit;
use self::decimal::Decimal;
use self::effective::EffectiveBound;
use self::keywords::{OTHERS, find_bounds, limits_values};
use crate::bound::Bound;
use crate::source::Json;

/// A limit of a value in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Limit {
    /// A limit of a number or of a length.
    Bound(Bound, Decimal, EffectiveBound),
    /// Any other keyword, with its value as JSON.
    Other(&'static str, String),
}

impl Limit {
    /// Returns `true` if it refuses the same values.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bound(.., one), Self::Bound(.., other)) => one == other,
            (one, other) => one == other,
        }
    }

    /// Returns the keyword and the value: `maximum 5`.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Bound(bound, limit, _) => format!("{} {limit}", bound.keyword()),
            Self::Other(keyword, value) => format!("{keyword} {value}"),
        }
    }
}

/// The place of a limit among those of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LimitKey {
    Side(Side),
    Keyword(&'static str),
}

/// Returns each limit. Limits that refuse nothing are left out. References are found in `root`.
pub(super) fn find_limits(
    keywords: &BTreeMap<&str, &Json>,
    is_integer: bool,
    root: &Json,
) -> BTreeMap<LimitKey, Limit> {
    let bounds = find_bounds(keywords, is_integer).into_iter();
    let bounds = bounds.map(|(side, (bound, limit, effective))| {
        let limit = Limit::Bound(bound, limit, effective);
        (LimitKey::Side(side), limit)
    });
    let mut limits: BTreeMap<_, _> = bounds.collect();
    for &keyword in OTHERS {
        let value = keywords.get(keyword);
        let value = value.filter(|value| limits_values(keyword, value, keywords));
        if let Some(value) = value {
            let value = write_limit(keyword, value, is_integer, root);
            limits.insert(LimitKey::Keyword(keyword), Limit::Other(keyword, value));
        }
    }
    limits
}
