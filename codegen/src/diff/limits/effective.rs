//! Bounds in the form in which they are in force, for every way to write them.

use super::decimal::Decimal;
use crate::bound::Bound;

/// A bound on one side of a number, a step, or a bound of a length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::diff) struct EffectiveBound {
    pub(in crate::diff) side: Side,
    limit: Decimal,
    /// `true` if the limit itself is refused.
    is_exclusive: bool,
}

/// The values that a bound refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::diff) enum Side {
    /// Numbers that are too small.
    Below,
    /// Numbers that are too large.
    Above,
    /// Numbers between the steps.
    Between,
    /// Lengths that are too small.
    Shorter(Bound),
    /// Lengths that are too large.
    Longer(Bound),
}

impl Side {
    pub(in crate::diff) fn of(bound: Bound) -> Self {
        match bound {
            Bound::Minimum | Bound::ExclusiveMinimum => Self::Below,
            Bound::Maximum | Bound::ExclusiveMaximum => Self::Above,
            Bound::MultipleOf => Self::Between,
            Bound::MinLength | Bound::MinItems | Bound::MinProperties => Self::Shorter(bound),
            Bound::MaxLength | Bound::MaxItems | Bound::MaxProperties => Self::Longer(bound),
        }
    }
}

impl EffectiveBound {
    /// Creates a bound. An integer is above 0 if it is at least 1.
    pub(in crate::diff) fn new(bound: Bound, limit: Decimal, is_integer: bool) -> Self {
        let side = Side::of(bound);
        let is_exclusive = matches!(bound, Bound::ExclusiveMinimum | Bound::ExclusiveMaximum);
        let inclusive = limit.between().and_then(|(floor, ceiling)| match side {
            Side::Below if is_exclusive => floor.checked_add(1),
            Side::Below => Some(ceiling),
            Side::Above if is_exclusive => ceiling.checked_sub(1),
            Side::Above => Some(floor),
            _ => None,
        });
        match inclusive {
            Some(inclusive) if is_integer => Self {
                side,
                limit: Decimal::of(inclusive),
                is_exclusive: false,
            },
            _ => Self {
                side,
                limit,
                is_exclusive,
            },
        }
    }

    /// Returns the keyword and the limit in the form that is in force.
    pub(in crate::diff) fn written(&self) -> (&'static str, &Decimal) {
        let bound = match self.side {
            Side::Below if self.is_exclusive => Bound::ExclusiveMinimum,
            Side::Below => Bound::Minimum,
            Side::Above if self.is_exclusive => Bound::ExclusiveMaximum,
            Side::Above => Bound::Maximum,
            Side::Between => Bound::MultipleOf,
            Side::Shorter(bound) | Side::Longer(bound) => bound,
        };
        (bound.keyword(), &self.limit)
    }

    /// Returns the integer of an inclusive bound, or `None` if it is not one.
    pub(in crate::diff) fn integer(&self) -> Option<i128> {
        let (floor, ceiling) = self.limit.between()?;
        (floor == ceiling && !self.is_exclusive).then_some(floor)
    }

    /// Returns `true` if it accepts everything that another bound of the same side does.
    pub(in crate::diff) fn accepts_all_of(&self, other: &Self) -> bool {
        let is_inside = !self.is_exclusive || other.is_exclusive;
        match self.side {
            Side::Below | Side::Shorter(_) => {
                self.limit < other.limit || (self.limit == other.limit && is_inside)
            }
            Side::Above | Side::Longer(_) => {
                self.limit > other.limit || (self.limit == other.limit && is_inside)
            }
            Side::Between => other.limit.is_multiple_of(&self.limit),
        }
    }

    /// Returns `true` if it refuses nothing.
    pub(in crate::diff) fn is_trivial(&self, is_integer: bool) -> bool {
        match self.side {
            Side::Shorter(_) => self.limit <= Decimal::of(0),
            Side::Between => is_integer && Decimal::of(1).is_multiple_of(&self.limit),
            Side::Below | Side::Above | Side::Longer(_) => false,
        }
    }
}
