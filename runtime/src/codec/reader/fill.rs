//! Fills a record from text and reports what does not match its type.

use std::any::TypeId;
use std::collections::BTreeMap;

use super::fields::Fields;
use super::tree::{COUNTED_LENGTH, Tree, preview};
use super::{MAX_DEPTH, Odd, Reader, Scalar, Stop};
use crate::codec::place::Step;
use crate::codec::{
    Container, Elements, Entries, Json, ProblemKind, RecordError, Shape, Slots, Taken, Value,
    Variants, Walk,
};
use crate::interrupt::Interrupt;

/// Decodes the text of a record on the slow path, which stops after `max_problems`.
pub(crate) fn decode_slowly<T: Value>(
    text: &[u8],
    interrupt: &Interrupt,
    max_problems: usize,
) -> Result<T, RecordError> {
    let mut record = T::blank();
    let mut filling = Filling {
        reader: Reader::new(text, interrupt),
        walk: Walk::lenient_up_to(max_problems),
        readings: Readings::new(),
    };
    let filled = filling.fill(&mut record);
    match filled.and_then(|_| filling.reader.end()) {
        Ok(()) => filling.walk.finish_record().map(|()| record),
        Err(_) => Err(filling.syntax_error()),
    }
}

/// A walk through a value and its text.
struct Filling<'t> {
    reader: Reader<'t>,
    walk: Walk,
    readings: Readings,
}

/// The variants as which the unions inside a trial were read, by the type of the union and its position in
/// the text; `None` if no variant matched. Each trial of an outer union would otherwise read them again,
/// so that two variants at each of 60 levels would be read in 2^60 ways.
type Readings = BTreeMap<(TypeId, usize), Option<&'static str>>;

/// The number of readings that are kept.
const MAX_READINGS: usize = 20_000;

impl Filling<'_> {
    /// Fills a value and returns `true` if it is null.
    fn fill(&mut self, value: &mut dyn Value) -> Result<bool, Stop> {
        if self.walk.is_full() {
            // The record is rejected anyway.
            self.reader.skip_value()?;
            return Ok(false);
        }
        match self.reader.peek() {
            Some(b'[' | b'{') if self.reader.depth >= MAX_DEPTH => {
                let text = self.reader.skip_value()?;
                self.report(Odd::deep(text));
                Ok(false)
            }
            Some(b'[') => self.fill_from_array(value).map(|()| false),
            Some(b'{') => self.fill_from_object(value).map(|()| false),
            _ => self.fill_from_scalar(value),
        }
    }

    fn fill_from_scalar(&mut self, value: &mut dyn Value) -> Result<bool, Stop> {
        use crate::codec::Scalar as Found;
        self.reader.count_token()?;
        let scalar = self.reader.scalar()?;
        let found = match &scalar {
            Scalar::Null => Found::Null,
            Scalar::Boolean(flag) => Found::Boolean(*flag),
            Scalar::Negative(number) => Found::Negative(*number),
            Scalar::Unsigned(number) => Found::Unsigned(*number),
            Scalar::Float(number) => Found::Float(*number),
            Scalar::String(text) => Found::String(text),
            Scalar::Odd(odd) => {
                self.report(*odd);
                return Ok(false);
            }
        };
        if value.take_scalar(found) != Taken::Yes {
            value.decode(found.to_json(), &mut self.walk);
        }
        Ok(scalar == Scalar::Null)
    }

    fn fill_from_array(&mut self, value: &mut dyn Value) -> Result<(), Stop> {
        match value.container() {
            Container::Array(elements) => return self.fill_elements(elements),
            Container::Variants(union) => return self.fill_union(union),
            Container::Json | Container::Extra(_) => {}
            Container::Object(..) | Container::Map(_) | Container::None => {
                return self.mismatch(value);
            }
        }
        self.fill_from_tree(value)
    }

    fn fill_from_object(&mut self, value: &mut dyn Value) -> Result<(), Stop> {
        match value.container() {
            Container::Object(shape, slots) => return self.fill_fields(shape, slots),
            Container::Map(entries) => return self.fill_entries(entries),
            Container::Variants(union) => return self.fill_union(union),
            Container::Json | Container::Extra(_) => {}
            Container::Array(_) | Container::None => return self.mismatch(value),
        }
        self.fill_from_tree(value)
    }

    /// Fills a value that is decoded from a tree only.
    fn fill_from_tree(&mut self, value: &mut dyn Value) -> Result<(), Stop> {
        let json = self.tree()?;
        self.walk.forget_readings();
        value.decode(json, &mut self.walk);
        Ok(())
    }

    /// Reports an array or an object where another type is expected.
    fn mismatch(&mut self, value: &mut dyn Value) -> Result<(), Stop> {
        let text = self.reader.skip_value()?;
        let json = preview(text, self.reader.interrupt);
        value.decode(json, &mut self.walk);
        Ok(())
    }

    /// Fills the first variant of a union that matches, or else the one that keeps any JSON.
    fn fill_union(&mut self, union: &mut dyn Variants) -> Result<(), Stop> {
        let begin = self.reader;
        let place = (union.union_type(), begin.position);
        match self.readings.get(&place) {
            Some(Some(variant)) => return self.fill(union.begin(Some(variant))).map(drop),
            Some(None) => return self.fill_from_tree(union.begin(None)),
            None => {}
        }
        let text = self.reader.skip_value()?;
        let end = self.reader;
        for variant in union.candidates(&outline(union.tag(), text, end.interrupt)) {
            if self.walk.is_out_of_trials() {
                break;
            }
            if !end.interrupt.may_read_again(text.len()) {
                return Err(Stop::Interrupted);
            }
            let trial = self.walk.begin_trial();
            self.reader = begin;
            let filled = self.fill(union.begin(Some(variant)));
            let problems = self.walk.end_trial(&trial);
            self.reader = end;
            if filled == Err(Stop::Interrupted) {
                return Err(Stop::Interrupted);
            }
            if filled.is_ok() && problems.is_empty() {
                self.remember(place, Some(variant));
                return Ok(());
            }
        }
        self.remember(place, None);
        self.reader = begin;
        self.fill_from_tree(union.begin(None))
    }

    /// Remembers the reading of a union that another trial may read again.
    fn remember(&mut self, place: (TypeId, usize), variant: Option<&'static str>) {
        let is_certain = variant.is_some() || !self.walk.is_out_of_trials();
        if self.walk.is_trial() && is_certain && self.readings.len() < MAX_READINGS {
            self.readings.insert(place, variant);
        }
    }

    fn tree(&mut self) -> Result<Json, Stop> {
        let Self { reader, walk, .. } = self;
        let mut replace = |odd: Odd<'_>| {
            walk.report(odd.problem());
            Json::Null
        };
        let mut tree = Tree {
            left: usize::MAX,
            replace: &mut replace,
        };
        tree.read(reader)
    }

    fn fill_elements(&mut self, elements: &mut dyn Elements) -> Result<(), Stop> {
        let mut parts = self.reader.begin(b'[').ok_or(Stop::Syntax)?;
        self.reader.depth += 1;
        let mut index = 0;
        while self.reader.next_element(&mut parts)? {
            if index == COUNTED_LENGTH && !self.walk.is_full() {
                elements.reserve(self.reader.count_elements());
            }
            self.walk.enter(Step::Index(index));
            // The record is rejected, so that more elements would only take memory.
            if self.walk.is_full() {
                self.reader.skip_value()?;
            } else if let Some(element) = elements.push_blank() {
                self.fill(element)?;
            }
            self.walk.leave();
            index += 1;
        }
        self.reader.depth -= 1;
        Ok(())
    }

    fn fill_entries(&mut self, entries: &mut dyn Entries) -> Result<(), Stop> {
        let mut parts = self.reader.begin(b'{').ok_or(Stop::Syntax)?;
        self.reader.depth += 1;
        while let Some(name) = self.reader.next_member(&mut parts)? {
            let name = name.into_owned();
            self.walk.enter(Step::Name(name.clone().into()));
            if self.walk.is_full() {
                self.reader.skip_value()?;
            } else {
                // An entry replaces an earlier one with the same name.
                if self.walk.problem_count() > 0 && entries.contains(&name) {
                    self.walk.forget();
                }
                if let Some(entry) = entries.insert_blank(name) {
                    self.fill(entry)?;
                }
            }
            self.walk.leave();
        }
        self.reader.depth -= 1;
        Ok(())
    }

    fn fill_fields(&mut self, shape: &'static Shape, slots: Slots<'_>) -> Result<(), Stop> {
        let mut fields = Fields::new(shape, slots);
        let begin = self.reader;
        let mut has_unknown = false;
        let mut parts = self.reader.begin(b'{').ok_or(Stop::Syntax)?;
        self.reader.depth += 1;
        while let Some(name) = self.reader.next_member(&mut parts)? {
            let Some((index, name)) = fields.find(&name) else {
                has_unknown = true;
                self.reader.skip_value()?;
                continue;
            };
            self.walk.enter(Step::Name(name.into()));
            if fields.is_seen(index) {
                self.walk.forget();
            }
            let is_null = match fields.begin(index) {
                Some(slot) if shape.is_secret(name) => self.fill_secret(slot)?,
                Some(slot) => self.fill(slot)?,
                None => false,
            };
            fields.nulls.set(index, is_null);
            self.walk.leave();
        }
        self.reader.depth -= 1;
        fields.report_missing(&mut self.walk);
        let has_constants = !shape.constants.is_empty();
        // The unknown fields of a record that is rejected anyway would only take memory.
        if has_constants || has_unknown && self.walk.problem_count() == 0 {
            let end = std::mem::replace(&mut self.reader, begin);
            self.collect_unknown(&mut fields)?;
            self.reader = end;
        }
        fields.finish(&mut self.walk);
        Ok(())
    }

    /// Reads the unknown fields of an object, whose other fields have been read.
    fn collect_unknown(&mut self, fields: &mut Fields<'_>) -> Result<(), Stop> {
        let mut parts = self.reader.begin(b'{').ok_or(Stop::Syntax)?;
        self.reader.depth += 1;
        fields.order.restart();
        while let Some(name) = self.reader.next_member(&mut parts)? {
            if fields.find(&name).is_some() || self.walk.is_full() {
                self.reader.skip_value()?;
                continue;
            }
            let name = name.into_owned();
            self.walk.enter(Step::Name(name.clone().into()));
            let value = self.tree()?;
            self.walk.leave();
            fields.unknown.insert(name, value);
        }
        Ok(())
    }

    /// Fills a field that the overlay marks as a secret. Problems do not quote it.
    fn fill_secret(&mut self, value: &mut dyn Value) -> Result<bool, Stop> {
        let before = self.walk.problem_count();
        let filled = self.fill(value);
        self.walk.hide_found_after(before);
        filled
    }

    fn report(&mut self, odd: Odd<'_>) {
        self.walk.report(odd.problem());
    }

    /// Returns the error of a text that ends too early, or is not JSON at the current position.
    fn syntax_error(&self) -> RecordError {
        let text = self.reader.text.get(self.reader.position..);
        let odd = Odd {
            expected: "valid JSON",
            text: text.unwrap_or_default(),
        };
        RecordError::syntax(self.walk.problem(odd.problem()))
    }
}

impl Odd<'_> {
    fn problem(&self) -> ProblemKind {
        let found = Json::from(self.shown());
        let mut problem = ProblemKind::check(self.expected.to_owned(), &found);
        if let ProblemKind::Check { found, .. } = &mut problem {
            // A message shows the text itself.
            *found = found.trim_matches('"').to_owned();
        }
        problem
    }
}

/// Returns the type of an array or an object, and its tag, as JSON.
fn outline(tag: Option<&'static str>, text: &[u8], interrupt: &Interrupt) -> Json {
    let mut reader = Reader::new(text, interrupt);
    let Some(mut parts) = reader.begin(b'{') else {
        return Json::Array(Vec::new());
    };
    let mut entries = serde_json::Map::new();
    while let Ok(Some(name)) = reader.next_member(&mut parts) {
        let Ok(value) = reader.skip_value() else {
            break;
        };
        if let Some(tag) = tag.filter(|tag| *tag == name) {
            entries.insert(tag.to_owned(), preview(value, interrupt));
        }
    }
    Json::Object(entries)
}
