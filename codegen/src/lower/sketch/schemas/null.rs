//! Null: whether a place allows it, and checks that let it pass.

use super::Sketcher;
use crate::lower::sketch::tree::{Sketch, SketchKind};
use crate::model::{Check, Direction, JsonType, TypeRef};
use crate::schema::{NullVerdict, Schema};

impl Sketcher<'_> {
    /// Decides whether null is allowed at a place: in a request as the schema is written, in a
    /// response also where the schema only names null.
    pub(super) fn settle_null(&self, schema: &Schema, sketch: &mut Sketch) {
        let verdict = schema.null.verdict(&self.part.nulls);
        let is_allowed = verdict == NullVerdict::Allowed;
        sketch.nullable = match (&sketch.kind, self.direction()) {
            (SketchKind::Plain(TypeRef::Json), _) => true,
            (_, Direction::Request) => is_allowed,
            (_, Direction::Response) => is_allowed || schema.nullable || sketch.nullable,
        };
        let runs_checks_on_null =
            !matches!(sketch.kind, SketchKind::Struct(_) | SketchKind::Union(_));
        if is_allowed && runs_checks_on_null {
            admit_null(&mut sketch.checks);
        }
    }
}

/// Changes checks so that null passes them.
pub(super) fn admit_null(checks: &mut Vec<Check>) {
    if refuse_null(checks) {
        let others = std::mem::take(checks);
        let null = vec![Check::Type(vec![JsonType::Null])];
        checks.push(Check::AnyOf(vec![null, others]));
    }
}

/// Returns `true` if null does not pass.
fn refuse_null(checks: &[Check]) -> bool {
    checks.iter().any(|check| match check {
        Check::Type(types) => !types.contains(&JsonType::Null),
        Check::Enum(values) => !values.iter().any(|value| value == "null"),
        Check::AnyOf(branches) => branches.iter().all(|branch| refuse_null(branch)),
        Check::OneOf(branches) => {
            let passing = branches.iter().filter(|branch| !refuse_null(branch));
            passing.count() != 1
        }
        Check::Not(inner) => !refuse_null(inner),
        Check::If(condition, then, otherwise) => refuse_null(if refuse_null(condition) {
            otherwise
        } else {
            then
        }),
        Check::Never => true,
        _ => false,
    })
}
