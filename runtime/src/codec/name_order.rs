//! The order in which the fields of a record are sent.
//!
//! A server sends the fields of all records of a type in the same order, which need not be that of
//! the catalog. So each thread remembers which field followed which, and a name is compared with the
//! expected one before it is searched for. A wrong expectation costs that comparison alone.

use std::cell::{Cell, RefCell};

use super::Shape;

/// The number of shapes whose order a thread remembers. Of two shapes that share an entry, the last
/// one is remembered.
const SHAPES: usize = 32;

/// The number of fields of a shape whose order is remembered.
const FIELDS: usize = 64;

/// The index of a field that is not known.
const UNKNOWN: u8 = u8::MAX;

/// The order of one shape.
struct Learned {
    shape: Cell<Option<&'static Shape>>,
    /// The names of its fields.
    names: RefCell<Vec<&'static str>>,
    /// The index of the first field, and of the one that followed each field.
    following: [Cell<u8>; FIELDS],
}

thread_local! {
    static LEARNED: [Learned; SHAPES] = const {
        [const {
            Learned {
                shape: Cell::new(None),
                names: RefCell::new(Vec::new()),
                following: [const { Cell::new(UNKNOWN) }; FIELDS],
            }
        }; SHAPES]
    };
}

/// The position in the fields of a record that is read.
pub(super) struct NameOrder {
    shape: &'static Shape,
    /// The index of the entry.
    entry: usize,
    /// The number of the last field, from 1; 0 at the beginning.
    last: usize,
}

impl NameOrder {
    pub(super) fn of(shape: &'static Shape) -> Self {
        let address = std::ptr::from_ref(shape).addr();
        let entry = (address / size_of::<Shape>()) % SHAPES;
        // Without the entry, while the thread ends, each name is searched for.
        let _ = LEARNED.try_with(|entries| {
            let learned = entries.get(entry);
            if let Some(learned) = learned.filter(|learned| !learned.is_of(shape)) {
                learned.shape.set(Some(shape));
                learned.names.replace(shape.names().collect());
                let following = learned.following.iter();
                following.for_each(|index| index.set(UNKNOWN));
            }
        });
        let last = 0;
        Self { shape, entry, last }
    }

    /// Starts again at the beginning of the record.
    pub(super) fn restart(&mut self) {
        self.last = 0;
    }

    /// Returns the expected field: its index and its name, which has no escapes in JSON.
    pub(super) fn expected(&self) -> Option<(usize, &'static str)> {
        self.with_learned(|learned| {
            let index = learned.following.get(self.last)?.get();
            let index = usize::from(Some(index).filter(|index| *index != UNKNOWN)?);
            let name = *learned.names.borrow().get(index)?;
            Some((index, name))
        })?
    }

    /// Moves past the field at `index`.
    pub(super) fn advance(&mut self, index: usize) {
        self.last = index + 1;
    }

    /// Finds a field, and moves past it.
    pub(super) fn find(&mut self, name: &str) -> Option<(usize, &'static str)> {
        let expected = self.expected().filter(|(_, known)| *known == name);
        let (index, known) = expected.or_else(|| {
            let found =
                self.with_learned(|learned| search(&learned.names.borrow(), name, self.last));
            let search_all = || search(&self.shape.names().collect::<Vec<_>>(), name, self.last);
            let (index, known) = found.unwrap_or_else(search_all)?;
            let is_plain = !known.contains(['"', '\\']);
            let learned = u8::try_from(index).ok().filter(|_| is_plain);
            self.with_learned(|entry| {
                if let Some(following) = entry.following.get(self.last) {
                    following.set(learned.unwrap_or(UNKNOWN));
                }
            });
            Some((index, known))
        })?;
        self.advance(index);
        Some((index, known))
    }

    /// Calls a function with the entry of this shape, unless another shape has taken it.
    fn with_learned<R>(&self, with: impl FnOnce(&Learned) -> R) -> Option<R> {
        let with = |entries: &[Learned; SHAPES]| {
            let learned = entries.get(self.entry)?;
            learned.is_of(self.shape).then(|| with(learned))
        };
        LEARNED.try_with(with).ok()?
    }
}

/// Returns the index of `name`, and the `'static` name. Without an expectation, the order is most likely
/// that of the catalog, so the name at `next` is compared first.
fn search(names: &[&'static str], name: &str, next: usize) -> Option<(usize, &'static str)> {
    if let Some(known) = names.get(next).filter(|known| **known == name) {
        return Some((next, known));
    }
    let mut names = names.iter().copied().enumerate();
    names.find(|(_, known)| is_same_name(known, name))
}

/// Compares two names. Many names of a record have the same length and beginning, as `createdAt`
/// and `createdBy` do, so the last byte is compared first.
fn is_same_name(known: &str, name: &str) -> bool {
    known.len() == name.len() && known.as_bytes().last() == name.as_bytes().last() && known == name
}

impl Learned {
    fn is_of(&self, shape: &'static Shape) -> bool {
        let known = self.shape.get();
        known.is_some_and(|known| std::ptr::eq(known, shape))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: Shape = Shape {
        required: "id name",
        optional: "at a\"b c\\d",
        ..Shape::RECORD
    };

    /// Finds names, and returns the indices of the found and of the expected fields.
    fn read(names: &[&str]) -> Vec<(Option<usize>, Option<usize>)> {
        static SHAPE: Shape = RECORD;
        let mut order = NameOrder::of(&SHAPE);
        let find = |name: &&str| {
            let expected = order.expected().map(|(index, _)| index);
            (order.find(name).map(|(index, _)| index), expected)
        };
        names.iter().map(find).collect()
    }

    #[test]
    fn expects_the_order_of_the_last_record() {
        let found = |index| (Some(index), None);
        let expected = |index| (Some(index), Some(index));
        assert_eq!(
            read(&["at", "id", "new", "name"]),
            [found(2), found(0), (None, None), found(1)]
        );
        assert_eq!(
            read(&["at", "id", "name"]),
            [expected(2), expected(0), expected(1)]
        );
        // A field that is left out is noticed once.
        assert_eq!(
            read(&["at", "name", "id"]),
            [expected(2), (Some(1), Some(0)), found(0)]
        );
        assert_eq!(read(&["at", "name"]), [expected(2), expected(1)]);
    }

    #[test]
    fn expects_no_name_with_escapes() {
        let names = ["a\"b", "c\\d", "id"];
        for _ in 0..2 {
            let expected: Vec<_> = read(&names).iter().map(|(_, expected)| *expected).collect();
            assert!(!expected.contains(&Some(3)) && !expected.contains(&Some(4)));
        }
    }

    #[test]
    fn remembers_one_of_two_shapes_with_the_same_entry() {
        static ONE: Shape = RECORD;
        static OTHER: Shape = Shape {
            required: "c\\d id",
            ..Shape::RECORD
        };
        let mut one = NameOrder::of(&ONE);
        one.find("id");
        let other = NameOrder {
            entry: one.entry,
            ..NameOrder::of(&OTHER)
        };
        assert!(other.expected().is_none());
    }
}
