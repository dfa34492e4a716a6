//! The members of a JSON object.

use std::slice;

use super::value::Json;

/// The members of an object, sorted by key.
///
/// A sorted list instead of a `BTreeMap`, whose nodes have room for eleven entries: most objects
/// of a catalog have two or three members, so the list takes a quarter of the memory.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Members(Vec<(String, Json)>);

impl Members {
    /// Sorts `list`. Of members with the same key, keeps the first and returns the others
    /// separately.
    pub(super) fn sorted(mut list: Vec<(String, Json)>) -> (Self, Vec<(String, Json)>) {
        let mut repeated = Vec::new();
        if !list.is_sorted_by(|(one, _), (next, _)| one < next) {
            list.sort_by(|(one, _), (other, _)| one.cmp(other));
            let mut kept: Vec<(String, Json)> = Vec::with_capacity(list.len());
            for member in list {
                match kept.last() {
                    Some((key, _)) if *key == member.0 => repeated.push(member),
                    _ => kept.push(member),
                }
            }
            list = kept;
        }
        list.shrink_to_fit();
        (Self(list), repeated)
    }

    /// Returns the value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Json> {
        let index = self.find(key).ok()?;
        self.0.get(index).map(|(_, value)| value)
    }

    /// Returns a mutable reference to the value of a key.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Json> {
        let index = self.find(key).ok()?;
        self.0.get_mut(index).map(|(_, value)| value)
    }

    /// Returns `true` if the object has the key.
    pub(crate) fn contains_key(&self, key: &str) -> bool {
        self.find(key).is_ok()
    }

    /// Sets the value of a key and returns the previous one.
    pub(crate) fn insert(&mut self, key: String, value: Json) -> Option<Json> {
        match self.find(&key) {
            Ok(index) => {
                let (_, before) = self.0.get_mut(index)?;
                Some(std::mem::replace(before, value))
            }
            Err(index) => {
                self.0.insert(index, (key, value));
                None
            }
        }
    }

    /// Removes a key and returns its value.
    pub(crate) fn remove(&mut self, key: &str) -> Option<Json> {
        let index = self.find(key).ok()?;
        Some(self.0.remove(index).1)
    }

    /// Returns `true` if the object has no members.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the members in the order of their keys.
    pub(crate) fn iter(&self) -> Iter<'_> {
        self.into_iter()
    }

    /// Returns the keys in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.iter().map(|(key, _)| key)
    }

    /// Returns the values in the order of their keys.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Json> {
        self.0.iter().map(|(_, value)| value)
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        self.0
            .binary_search_by(|(known, _)| known.as_str().cmp(key))
    }
}

/// Of members with the same key, the last one is kept.
impl FromIterator<(String, Json)> for Members {
    fn from_iter<I: IntoIterator<Item = (String, Json)>>(members: I) -> Self {
        let (mut kept, repeated) = Self::sorted(members.into_iter().collect());
        for (key, value) in repeated {
            kept.insert(key, value);
        }
        kept
    }
}

impl<const N: usize> From<[(String, Json); N]> for Members {
    fn from(members: [(String, Json); N]) -> Self {
        members.into_iter().collect()
    }
}

/// An iterator over the members in the order of their keys.
pub(crate) type Iter<'m> = std::iter::Map<
    slice::Iter<'m, (String, Json)>,
    fn(&'m (String, Json)) -> (&'m String, &'m Json),
>;

impl<'m> IntoIterator for &'m Members {
    type Item = (&'m String, &'m Json);
    type IntoIter = Iter<'m>;

    fn into_iter(self) -> Iter<'m> {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

impl IntoIterator for Members {
    type Item = (String, Json);
    type IntoIter = std::vec::IntoIter<(String, Json)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(key: &str, flag: bool) -> (String, Json) {
        (key.to_owned(), Json::Bool(flag))
    }

    #[test]
    fn keeps_the_first_member_of_a_key_and_returns_the_others() {
        let list = vec![member("b", true), member("a", true), member("b", false)];
        let (members, repeated) = Members::sorted(list.clone());
        assert_eq!(
            members,
            Members::from([member("a", true), member("b", true)])
        );
        assert_eq!(repeated, [member("b", false)]);
        let collected: Members = list.into_iter().collect();
        assert_eq!(
            collected.get("b"),
            Some(&Json::Bool(false)),
            "the last one is kept"
        );
    }

    #[test]
    fn stays_sorted_through_insertions_and_removals() {
        let mut members = Members::default();
        for key in ["m", "z", "a"] {
            assert_eq!(members.insert(key.to_owned(), Json::Null), None);
        }
        assert_eq!(
            members.insert("z".to_owned(), Json::Bool(true)),
            Some(Json::Null)
        );
        assert_eq!(members.remove("m"), Some(Json::Null));
        assert_eq!(members.remove("m"), None);
        assert!(members.keys().eq(["a", "z"]));
        assert!(members.values().eq([&Json::Null, &Json::Bool(true)]));
    }
}
