//! What the runtime must know of the fields of requests and records.

use super::{Check, Mode};

/// What the runtime knows of a generated struct.
///
/// The fields are lists of names, and what few of them have stands in lists beside these: the
/// compiler has much less to do for that than for a table with a value for each field.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// The Rust name, for `Debug`.
    pub name: &'static str,
    /// Whether it is an argument or a record.
    pub mode: Mode,
    /// The names of the fields that must be there, in the order of the slots.
    pub always: &'static [&'static str],
    /// The names of its other fields, whose slots come after these. In a record they may be null.
    pub maybe: &'static [&'static str],
    /// Of an argument, the fields that null is a value of. Of a record, those of `maybe` that
    /// should be there at least as null: a record without them is no break, but a variant that
    /// has them comes nearer.
    pub or_null: &'static [&'static str],
    /// Where the fields of a request travel.
    pub place: Place,
    /// Those that travel elsewhere.
    pub elsewhere: &'static [(&'static str, Place)],
    /// What is checked of fields before sending.
    pub field_checks: &'static [(&'static str, &'static [Check])],
    /// What becomes of names that no field has.
    pub rest: Rest,
    /// Properties that always have the same value, and that value as JSON.
    pub constants: &'static [(&'static str, &'static str)],
    /// What is checked of the whole before sending.
    pub checks: &'static [Check],
}

impl Shape {
    /// An object inside a request: unknown names are refused.
    pub const INSIDE: Self = Self {
        name: "",
        mode: Mode::Strict,
        always: &[],
        maybe: &[],
        or_null: &[],
        place: Place::Body,
        elsewhere: &[],
        field_checks: &[],
        rest: Rest::Refused,
        constants: &[],
        checks: &[],
    };

    /// A request that travels in the body.
    pub const IN_BODY: Self = Self::INSIDE;

    /// A request that travels in the query.
    pub const IN_QUERY: Self = Self {
        place: Place::Query,
        ..Self::INSIDE
    };

    /// A record, or an object inside one: unknown fields are kept.
    pub const RECORD: Self = Self {
        mode: Mode::Lenient,
        rest: Rest::Kept,
        ..Self::INSIDE
    };

    /// The fields in the order of the slots.
    pub fn fields(&self) -> impl Iterator<Item = Field> + use<'_> {
        let always = self.always.iter().map(|name| (*name, true));
        let maybe = self.maybe.iter().map(|name| (*name, false));
        always.chain(maybe).map(move |(name, is_always_there)| {
            let nullable = self.or_null.contains(&name);
            Field {
                name,
                place: find(self.elsewhere, name).unwrap_or(self.place),
                required: is_always_there || nullable && self.mode == Mode::Lenient,
                nullable,
                checks: find(self.field_checks, name).unwrap_or_default(),
            }
        })
    }

    /// The names of the fields in the order of the slots.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.always.iter().chain(self.maybe).copied()
    }

    /// The place among [`names`](Self::names) that `name` has, and the same name for good.
    /// `likely` is where each list goes on.
    pub(super) fn find_name(&self, name: &str, likely: Likely) -> Option<(usize, &'static str)> {
        match (self.always.get(likely.always), self.maybe.get(likely.maybe)) {
            (Some(known), _) if is_same(known, name) => Some((likely.always, known)),
            (_, Some(known)) if is_same(known, name) => {
                Some((self.always.len() + likely.maybe, known))
            }
            _ => self
                .names()
                .enumerate()
                .find(|(_, known)| is_same(known, name)),
        }
    }

    /// Where each list goes on behind the name at `index`.
    pub(super) fn go_on(&self, index: usize, likely: &mut Likely) {
        match index.checked_sub(self.always.len()) {
            None => likely.always = index + 1,
            Some(index) => likely.maybe = index + 1,
        }
    }

    /// Whether it is a record of which nothing is to be known but its names.
    pub(super) fn is_plain_record(&self) -> bool {
        let is_record = self.mode == Mode::Lenient && self.rest == Rest::Kept;
        is_record && self.constants.is_empty()
    }

    /// How many fields there are.
    pub(super) fn field_count(&self) -> usize {
        self.always.len() + self.maybe.len()
    }
}

/// Where the names of a record go on in the lists of its shape: mostly they come in some order, and
/// each list is in the same.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Likely {
    always: usize,
    maybe: usize,
}

/// What becomes of names that no field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// They are problems.
    Refused,
    /// The last slot takes them.
    Kept,
}

/// One field of a generated struct, as [`Shape::fields()`] gives it.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// Where it travels, if it is a field of a request itself.
    pub place: Place,
    /// Whether it must be there.
    pub required: bool,
    /// Whether null is a value of it.
    pub nullable: bool,
    /// What is checked before sending.
    pub checks: &'static [Check],
}

/// Where an argument travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The last segment of the path.
    Path,
    /// The path, and once more in the body.
    PathAndBody,
    /// The query.
    Query,
    /// The body.
    Body,
    /// The query and the body, where both schemas declare it.
    QueryAndBody,
    /// It is the whole body: the root of the body's schema is not an object.
    WholeBody,
}

/// Whether two names are the same. Many names of a record are as long as each other and begin alike,
/// so that the end tells most of them apart: `createdAt`, `createdBy`.
fn is_same(known: &str, name: &str) -> bool {
    known.len() == name.len() && known.as_bytes().last() == name.as_bytes().last() && known == name
}

/// What a list says of the field `name`.
fn find<T: Copy>(list: &[(&str, T)], name: &str) -> Option<T> {
    let (_, found) = list.iter().find(|(listed, _)| *listed == name)?;
    Some(*found)
}
