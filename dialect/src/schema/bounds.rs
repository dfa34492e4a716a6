//! The bounds of numbers.

use std::collections::BTreeMap;

use crate::tree::Tree;

/// The greatest number up to which every integer is a number of JavaScript, and of most readers of
/// JSON.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// The bounds that several keywords state together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    low: f64,
    is_low_exclusive: bool,
    high: f64,
    is_high_exclusive: bool,
    factor: Option<f64>,
}

impl Bounds {
    pub(crate) fn of(facets: &BTreeMap<String, Tree>) -> Self {
        let number = |keyword: &str| facets.get(keyword).and_then(Tree::as_f64);
        let (mut low, mut is_low_exclusive) = (f64::NEG_INFINITY, false);
        let (mut high, mut is_high_exclusive) = (f64::INFINITY, false);
        if let Some(bound) = number("minimum") {
            low = bound;
        }
        if let Some(bound) = number("exclusiveMinimum").filter(|bound| *bound >= low) {
            (low, is_low_exclusive) = (bound, true);
        }
        if let Some(bound) = number("maximum") {
            high = bound;
        }
        if let Some(bound) = number("exclusiveMaximum").filter(|bound| *bound <= high) {
            (high, is_high_exclusive) = (bound, true);
        }
        Self {
            low,
            is_low_exclusive,
            high,
            is_high_exclusive,
            factor: number("multipleOf"),
        }
    }

    fn admits(self, number: f64) -> bool {
        let is_high_enough = number > self.low || (number >= self.low && !self.is_low_exclusive);
        let is_low_enough = number < self.high || (number <= self.high && !self.is_high_exclusive);
        is_high_enough && is_low_enough
    }

    /// Returns `true` if the bounds admit a number, and `None` if rounding hides the answer.
    pub(super) fn verdict(self, number: f64) -> Option<bool> {
        let is_rounded = number.abs() > MAX_SAFE_INTEGER;
        let is_unclear = is_rounded && [self.low, self.high].contains(&number);
        (!is_unclear).then(|| self.admits(number))
    }

    /// Returns `true` if a number fits.
    pub(super) fn has_number(self) -> bool {
        self.has_multiple_of(self.factor)
    }

    /// Returns `true` if an integer fits.
    pub(super) fn has_integer(self) -> bool {
        // An integer that is a multiple of a fraction is a multiple of another integer, which is found only
        // for integers and halves.
        let step = match self.factor {
            Some(factor) if factor.fract() == 0.0 => factor,
            Some(factor) if (factor * 2.0).fract() == 0.0 => factor * 2.0,
            _ => 1.0,
        };
        self.has_multiple_of(Some(step))
    }

    /// Returns `true` if a multiple of `step` fits, or any number if there is none.
    fn has_multiple_of(self, step: Option<f64>) -> bool {
        let is_open = self.low < self.high;
        let is_point = self.low <= self.high && !self.is_low_exclusive && !self.is_high_exclusive;
        let is_exact = self.low.abs() <= MAX_SAFE_INTEGER && self.high.abs() <= MAX_SAFE_INTEGER;
        if !is_open && !is_point {
            return !is_exact && self.low <= self.high;
        }
        let Some(step) = step else {
            return true;
        };
        if !is_exact {
            return true;
        }
        // Rounding must not find a contradiction where there is none.
        let margin = 1e-9;
        let first = (self.low / step - margin).ceil();
        [first, first + 1.0]
            .into_iter()
            .any(|multiple| self.admits(multiple * step))
            || (first * step - self.high).abs() < margin * step && !self.is_high_exclusive
    }

    /// Returns `true` if a bound or a factor is a number that readers of JSON keep: at most 2^53, of
    /// a length at most 2^31, and of a factor a few digits.
    pub(crate) fn is_exact(keyword: &str, value: &Tree) -> bool {
        const MAX_DIGITS_SCALE: f64 = 1e6;
        let Some(number) = value.as_f64() else {
            return true;
        };
        match keyword {
            "multipleOf" => {
                let scaled = number * MAX_DIGITS_SCALE;
                (1.0..=MAX_SAFE_INTEGER).contains(&scaled) && is_near_integer(scaled)
            }
            "minItems" | "maxItems" | "minLength" | "maxLength" | "minProperties"
            | "maxProperties" => number <= f64::from(i32::MAX),
            _ => number.abs() <= MAX_SAFE_INTEGER,
        }
    }
}

fn is_near_integer(number: f64) -> bool {
    (number - number.round()).abs() < 1e-3
}
