//! The fields of an object while it is read.

use crate::codec::extra::{Extra, Nulls};
use crate::codec::name_order::NameOrder;
use crate::codec::value::Slot;
use crate::codec::{Container, Json, ProblemKind, Shape, Slots, Value, Walk, constant};

/// The fields of an object while it is read.
pub(super) struct Fields<'a> {
    shape: &'static Shape,
    slots: Vec<Slot<'a>>,
    rest: Option<Slot<'a>>,
    is_seen: Vec<bool>,
    pub(super) order: NameOrder,
    pub(super) unknown: serde_json::Map<String, Json>,
    pub(super) nulls: Nulls,
}

impl<'a> Fields<'a> {
    pub(super) fn new(shape: &'static Shape, Slots(mut slots): Slots<'a>) -> Self {
        let rest = slots.pop();
        Self {
            shape,
            is_seen: vec![false; slots.len()],
            slots,
            rest,
            order: NameOrder::of(shape),
            unknown: serde_json::Map::new(),
            nulls: Nulls::of(shape),
        }
    }

    pub(super) fn find(&mut self, name: &str) -> Option<(usize, &'static str)> {
        self.order.find(name)
    }

    pub(super) fn is_seen(&self, index: usize) -> bool {
        self.is_seen.get(index).is_some_and(|is_seen| *is_seen)
    }

    /// Returns the slot of a field. The last of several fields with the same name counts.
    pub(super) fn begin(&mut self, index: usize) -> Option<&mut (dyn Value + 'static)> {
        let is_seen = self.is_seen.get_mut(index)?;
        let slot: &mut dyn Value = *self.slots.get_mut(index)?;
        if std::mem::replace(is_seen, true) {
            slot.reset();
        }
        Some(slot)
    }

    /// Reports the fields that are not there.
    pub(super) fn report_missing(&self, walk: &mut Walk) {
        let required = self.shape.required_names().zip(&self.is_seen);
        for (name, is_seen) in required {
            if !is_seen {
                walk.field(name, |walk| walk.report(ProblemKind::Missing));
            }
        }
        if walk.is_trial() {
            self.report_missing_nullable(walk);
        }
    }

    /// Reports that a field that may be null is not there. A record may leave it out, but a trial has
    /// to tell variants apart.
    fn report_missing_nullable(&self, walk: &mut Walk) {
        let others = self.is_seen.iter().skip(self.shape.required_count());
        let mut others = self.shape.optional_names().zip(others);
        let is_missing = |(name, is_seen): (&'static str, &bool)| {
            !is_seen && self.shape.nullable.contains(&name)
        };
        if others.any(is_missing) {
            walk.report(ProblemKind::Missing);
        }
    }

    pub(super) fn finish(mut self, walk: &mut Walk) {
        constant::take_constants(self.shape.constants, &mut self.unknown, walk);
        if let Some(Container::Extra(extra)) = self.rest.map(|rest| rest.container()) {
            *extra = Extra::new(self.unknown, self.nulls);
        }
    }
}
