//! The fields of requests and records, as the runtime knows them.

use toolsmith_dialect::argument_location::ArgumentLocation;

use super::names::{count_names, names_in};
use super::{Check, Direction};

/// The description of a generated struct.
///
/// The fields are lists of names, each in one string with a space between them, and properties that few of them
/// have are separate lists: the compiler does much less work for these than for a table with a value for each field.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// The Rust name, for `Debug`.
    pub name: &'static str,
    /// Sent as arguments, or received as a record.
    pub direction: Direction,
    /// The names of the required fields, in the order of the slots: `"id name"`. Names with spaces are in a
    /// list that begins with a line feed and the character between them: `"\n,First name,Last name"`.
    pub required: &'static str,
    /// The names of the other fields, whose slots follow. In a record they may be null.
    pub optional: &'static str,
    /// In a request, the fields that allow null. In a record, the optional fields that the schema
    /// requires but allows to be null: a record without them is accepted, but a union prefers a
    /// variant that has them.
    pub nullable: &'static [&'static str],
    /// The location of the fields of a request.
    pub location: ArgumentLocation,
    /// The fields that travel elsewhere, with their location.
    pub other_locations: &'static [(&'static str, ArgumentLocation)],
    /// The checks of fields before sending.
    pub field_checks: &'static [(&'static str, &'static [Check])],
    /// The treatment of fields that are not listed.
    pub unknown_fields: UnknownFields,
    /// Properties that always have the same value, with that value as JSON.
    pub constants: &'static [(&'static str, &'static str)],
    /// The checks of the whole object before sending.
    pub checks: &'static [Check],
    /// The fields that the overlay marks as secrets. `Debug` redacts them, as it does fields whose names
    /// show that they are secrets.
    pub secrets: &'static [&'static str],
}

impl Shape {
    /// An object inside a request: unknown fields are refused.
    pub const NESTED: Self = Self {
        name: "",
        direction: Direction::Request,
        required: "",
        optional: "",
        nullable: &[],
        location: ArgumentLocation::Body,
        other_locations: &[],
        field_checks: &[],
        unknown_fields: UnknownFields::Refuse,
        constants: &[],
        checks: &[],
        secrets: &[],
    };

    /// A request whose arguments travel in the body.
    pub const IN_BODY: Self = Self::NESTED;

    /// A request whose arguments travel in the query.
    pub const IN_QUERY: Self = Self {
        location: ArgumentLocation::Query,
        ..Self::NESTED
    };

    /// A record, or an object inside one: unknown fields are kept.
    pub const RECORD: Self = Self {
        direction: Direction::Response,
        unknown_fields: UnknownFields::Keep,
        ..Self::NESTED
    };

    /// Returns the fields in the order of the slots.
    pub fn fields(&self) -> impl Iterator<Item = Field> + use<'_> {
        let required = names_in(self.required).map(|name| (name, true));
        let optional = names_in(self.optional).map(|name| (name, false));
        required
            .chain(optional)
            .map(|(name, is_required)| self.field(name, is_required))
    }

    /// Returns the field `name`, which is listed as required or not.
    pub(super) fn field(&self, name: &'static str, is_required: bool) -> Field {
        let nullable = self.nullable.contains(&name);
        Field {
            name,
            location: self.location_of(name),
            required: is_required || nullable && self.direction == Direction::Response,
            nullable,
            checks: find(self.field_checks, name).unwrap_or_default(),
        }
    }

    /// Returns the location of the field `name`.
    pub(crate) fn location_of(&self, name: &str) -> ArgumentLocation {
        find(self.other_locations, name).unwrap_or(self.location)
    }

    /// Returns `true` if a field may be left out, as an argument that is not required.
    pub(super) fn is_optional_argument(&self, is_required: bool) -> bool {
        !is_required && self.direction == Direction::Request
    }

    /// Returns the names of the required fields.
    pub(crate) fn required_names(&self) -> impl Iterator<Item = &'static str> + use<> {
        names_in(self.required)
    }

    /// Returns the names of the other fields.
    pub(super) fn optional_names(&self) -> impl Iterator<Item = &'static str> + use<> {
        names_in(self.optional)
    }

    /// Returns the number of required fields.
    pub(super) fn required_count(&self) -> usize {
        count_names(self.required)
    }

    /// Returns the names of the fields in the order of the slots.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.required_names().chain(self.optional_names())
    }

    /// Returns `true` for a record, or an object inside one, which keeps unknown fields.
    pub(super) fn is_record(&self) -> bool {
        self.direction == Direction::Response && self.unknown_fields == UnknownFields::Keep
    }

    /// Returns `true` for a record that the fast path can fill: only its names matter.
    pub(super) fn is_plain_record(&self) -> bool {
        self.is_record() && self.constants.is_empty()
    }

    /// Returns `true` if the overlay marks the field as a secret.
    pub(super) fn is_secret(&self, name: &str) -> bool {
        self.secrets.contains(&name)
    }

    /// Returns the number of fields.
    pub(super) fn field_count(&self) -> usize {
        self.required_count() + count_names(self.optional)
    }
}

/// The treatment of fields that a shape does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownFields {
    /// They are problems.
    Refuse,
    /// The last slot takes them.
    Keep,
}

/// One field of a generated struct, as [`Shape::fields()`] returns it.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// The location, for a field of a request itself.
    pub location: ArgumentLocation,
    /// `true` if the field must be present.
    pub required: bool,
    /// `true` if null is allowed.
    pub nullable: bool,
    /// The checks before sending.
    pub checks: &'static [Check],
}

/// Returns the entry of a list for the field `name`.
fn find<T: Copy>(list: &[(&str, T)], name: &str) -> Option<T> {
    let (_, found) = list.iter().find(|(listed, _)| *listed == name)?;
    Some(*found)
}
