//! The codec of arrays, maps, options and unknown fields.

use std::collections::BTreeMap;

use super::extra::Nulls;
use super::{Container, Elements, Entries, Extra, Json, JsonType, Scalar, Taken, Value, Walk};

impl<T: Value> Value for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }

    fn encode(&mut self, walk: &mut Walk) -> Option<Json> {
        let encode = |(index, element): (usize, &mut T)| {
            walk.element(index, |walk| element.encode(walk).unwrap_or(Json::Null))
        };
        Some(Json::Array(
            self.iter_mut().enumerate().map(encode).collect(),
        ))
    }

    fn decode(&mut self, json: Json, walk: &mut Walk) {
        let Json::Array(elements) = json else {
            return walk.report_type(JsonType::Array, &json);
        };
        self.clear();
        self.reserve(elements.len());
        for (index, element) in elements.into_iter().enumerate() {
            self.push(walk.element(index, |walk| decoded(element, walk)));
        }
    }

    fn container(&mut self) -> Container<'_> {
        Container::Array(self)
    }

    fn reset(&mut self) {
        self.clear();
    }
}

impl<T: Value> Elements for Vec<T> {
    fn push_blank(&mut self) -> Option<&mut dyn Value> {
        if self.capacity() == 0 {
            self.reserve_exact(first_capacity(size_of::<T>()));
        }
        self.push(T::blank());
        self.last_mut().map(|element| element as &mut dyn Value)
    }

    fn reserve(&mut self, additional: usize) {
        self.reserve_exact(additional);
    }
}

/// Returns the number of elements for which a list makes room at first: those of a `Vec`, or fewer large
/// ones, so that a small list is a small allocation.
fn first_capacity(size: usize) -> usize {
    /// The size above which the allocator of glibc merges free blocks first.
    const MAX_SMALL_SIZE: usize = 1032;
    (MAX_SMALL_SIZE / size.max(1)).clamp(1, 4)
}

impl<T: Value> Value for BTreeMap<String, T> {
    fn blank() -> Self {
        Self::new()
    }

    fn encode(&mut self, walk: &mut Walk) -> Option<Json> {
        let encode = |(name, value): (&String, &mut T)| {
            let json = walk.field(name.clone(), |walk| value.encode(walk));
            (name.clone(), json.unwrap_or(Json::Null))
        };
        Some(Json::Object(self.iter_mut().map(encode).collect()))
    }

    fn decode(&mut self, json: Json, walk: &mut Walk) {
        let Json::Object(entries) = json else {
            return walk.report_type(JsonType::Object, &json);
        };
        self.clear();
        for (name, json) in entries {
            let value = walk.field(name.clone(), |walk| decoded(json, walk));
            self.insert(name, value);
        }
    }

    fn container(&mut self) -> Container<'_> {
        Container::Map(self)
    }

    fn reset(&mut self) {
        self.clear();
    }
}

impl<T: Value> Entries for BTreeMap<String, T> {
    fn contains(&self, name: &str) -> bool {
        self.contains_key(name)
    }

    fn insert_blank(&mut self, name: String) -> Option<&mut dyn Value> {
        Some(self.entry(name).insert_entry(T::blank()).into_mut())
    }
}

/// In a field, `None` is an absent value; in an array or map it is null.
impl<T: Value> Value for Option<T> {
    fn blank() -> Self {
        None
    }

    fn encode(&mut self, walk: &mut Walk) -> Option<Json> {
        self.as_mut().and_then(|value| value.encode(walk))
    }

    fn decode(&mut self, json: Json, walk: &mut Walk) {
        *self = (!json.is_null() || T::allows_null()).then(|| decoded(json, walk));
    }

    fn take_scalar(&mut self, scalar: Scalar<'_>) -> Taken {
        if T::allows_null() {
            return Taken::NeedsJson;
        }
        if let Scalar::Null = scalar {
            *self = None;
            return Taken::Yes;
        }
        let mut value = T::blank();
        let taken = value.take_scalar(scalar);
        if taken == Taken::Yes {
            *self = Some(value);
        }
        taken
    }

    fn container(&mut self) -> Container<'_> {
        if T::allows_null() {
            Container::Json
        } else {
            self.insert(T::blank()).container()
        }
    }
}

impl Value for Extra {
    fn blank() -> Self {
        Self::default()
    }

    fn encode(&mut self, _walk: &mut Walk) -> Option<Json> {
        Some(Json::Object(self.to_entries()))
    }

    fn decode(&mut self, json: Json, walk: &mut Walk) {
        match json {
            Json::Object(entries) => *self = Self::new(entries, Nulls::default()),
            other => walk.report_type(JsonType::Object, &other),
        }
    }

    fn container(&mut self) -> Container<'_> {
        Container::Extra(self)
    }
}

fn decoded<T: Value>(json: Json, walk: &mut Walk) -> T {
    let mut value = T::blank();
    value.decode(json, walk);
    value
}

#[cfg(test)]
mod tests {
    use super::first_capacity;

    #[test]
    fn a_list_makes_room_for_fewer_large_elements_at_first() {
        for (size, elements) in [
            (0, 4),
            (1, 4),
            (258, 4),
            (259, 3),
            (516, 2),
            (517, 1),
            (9000, 1),
        ] {
            assert_eq!(first_capacity(size), elements, "{size} bytes");
        }
    }
}
