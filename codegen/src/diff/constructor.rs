//! The constructors of requests: the calls that still compile, and what those send.

use super::change::RustItem;
use super::context::SentObject;
use super::kind::ChangeKind;
use super::literal::LiteralType;
use crate::model::{Field, constructor_arguments};

/// The constructors of two objects.
pub(super) struct Constructors<'m> {
    pub(super) before: SentObject<'m>,
    pub(super) after: SentObject<'m>,
    /// `true` if a call of the old constructor does not compile with the new one.
    pub(super) is_broken: bool,
    /// The arguments at the positions that have another name on the wire, if a call with literals
    /// compiles with both constructors.
    pub(super) swaps: Vec<(&'m Field, &'m Field)>,
}

impl<'m> Constructors<'m> {
    pub(super) fn of(before: SentObject<'m>, after: SentObject<'m>) -> Self {
        let (old, new) = (
            constructor_arguments(before.fields),
            constructor_arguments(after.fields),
        );
        let has_room = before.name == after.name && old.len() == new.len();
        let pairs = || old.iter().copied().zip(new.iter().copied());
        let takes_literals = has_room && pairs().all(|(old, new)| takes_same_literals(old, new));
        let swaps = pairs()
            .filter(|(old, new)| takes_literals && old.wire != new.wire && !is_renamed(old, new));
        Self {
            before,
            after,
            is_broken: !has_room || pairs().any(|(old, new)| field_type(old) != field_type(new)),
            swaps: swaps.collect(),
        }
    }

    /// Returns `true` if the value of the removed argument is sent as another one now.
    pub(super) fn takes_in_swap(&self, field: &Field) -> bool {
        let mut swaps = self.swaps.iter();
        swaps.any(|(old, _)| old.wire == field.wire) && field.presence.is_required()
    }

    /// Returns `true` if the new argument gets the value of another one.
    pub(super) fn gives_in_swap(&self, field: &Field) -> bool {
        let mut swaps = self.swaps.iter();
        swaps.any(|(_, new)| new.wire == field.wire) && field.presence.is_required()
    }

    pub(super) fn item(&self) -> RustItem {
        RustItem::member(self.before.name, "new")
    }

    /// Returns the signatures: `new(name: String, account_id: AccountId)`.
    pub(super) fn code(&self) -> (Option<String>, Option<String>) {
        let signature = |object: SentObject<'m>| {
            let arguments = constructor_arguments(object.fields).into_iter();
            let arguments =
                arguments.map(|field| format!("{}: {}", field.ident, field_type(field)));
            format!("new({})", arguments.collect::<Vec<_>>().join(", "))
        };
        (Some(signature(self.before)), Some(signature(self.after)))
    }

    pub(super) fn change(
        &self,
        kind: ChangeKind,
    ) -> (ChangeKind, RustItem, (Option<String>, Option<String>)) {
        (kind, self.item(), self.code())
    }
}

/// Returns `true` if one literal compiles as the argument of either field.
fn takes_same_literals(old: &Field, new: &Field) -> bool {
    field_type(old) == field_type(new) || LiteralType::of(old).overlaps(&LiteralType::of(new))
}

/// Returns `true` if two fields differ in their names alone.
pub(super) fn is_renamed(old: &Field, new: &Field) -> bool {
    let plain = |wire: &str| {
        let letters = wire.chars().filter(char::is_ascii_alphanumeric);
        letters
            .map(|letter| letter.to_ascii_lowercase())
            .collect::<String>()
    };
    let is_alike = old.ty == new.ty
        && old.presence == new.presence
        && old.location == new.location
        && old.checks == new.checks;
    let has_text = !old.docs.is_empty() && old.docs == new.docs;
    is_alike && (has_text || old.ident == new.ident || plain(&old.wire) == plain(&new.wire))
}

/// Returns the type of the parameter of a required field.
fn field_type(field: &Field) -> String {
    if field.presence.is_nullable() {
        format!("Option<{}>", field.ty)
    } else {
        field.ty.to_string()
    }
}
