//! The members of a JSON object.

use std::collections::BTreeMap;
use std::slice;

use super::value::Json;

/// The members of an object, sorted by key. Each member keeps its position in the text, so that the
/// order of the author can be restored.
///
/// A sorted list instead of a `BTreeMap`, whose nodes have room for eleven entries: most objects
/// of a catalog have two or three members, so the list takes a quarter of the memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Members(Vec<Member>);

/// One member of an object.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    key: String,
    value: Json,
    /// The position in the text; unique within the object.
    position: u32,
}

impl Members {
    /// Sorts `list`. Of members with the same key, keeps the first and returns the others
    /// separately.
    pub(super) fn sorted(list: Vec<(String, Json)>) -> (Self, Vec<(String, Json)>) {
        let mut repeated = Vec::new();
        let mut members: Vec<Member> = Vec::with_capacity(list.len());
        for ((key, value), position) in list.into_iter().zip(0..) {
            members.push(Member {
                key,
                value,
                position,
            });
        }
        if !members.is_sorted_by(|one, next| one.key < next.key) {
            members.sort_by(|one, other| one.key.cmp(&other.key));
            let mut kept: Vec<Member> = Vec::with_capacity(members.len());
            for member in members {
                match kept.last() {
                    Some(last) if last.key == member.key => {
                        repeated.push((member.key, member.value));
                    }
                    _ => kept.push(member),
                }
            }
            members = kept;
        }
        (Self(members), repeated)
    }

    /// Returns the value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Json> {
        let index = self.find(key).ok()?;
        self.0.get(index).map(|member| &member.value)
    }

    /// Returns a mutable reference to the value of a key.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Json> {
        let index = self.find(key).ok()?;
        self.0.get_mut(index).map(|member| &mut member.value)
    }

    /// Returns `true` if the object has the key.
    pub(crate) fn contains_key(&self, key: &str) -> bool {
        self.find(key).is_ok()
    }

    /// Sets the value of a key and returns the previous one. A new key comes last in the order of
    /// the author.
    pub(crate) fn insert(&mut self, key: String, value: Json) -> Option<Json> {
        match self.find(&key) {
            Ok(index) => {
                let member = self.0.get_mut(index)?;
                Some(std::mem::replace(&mut member.value, value))
            }
            Err(index) => {
                let last = self.0.iter().map(|member| member.position).max();
                let position = last.map_or(0, |last| last.saturating_add(1));
                let member = Member {
                    key,
                    value,
                    position,
                };
                self.0.insert(index, member);
                None
            }
        }
    }

    /// Removes a key and returns its value.
    pub(crate) fn remove(&mut self, key: &str) -> Option<Json> {
        let index = self.find(key).ok()?;
        Some(self.0.remove(index).value)
    }

    /// Returns the number of members.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns `true` if the object has no members.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the members in the order of their keys.
    pub(crate) fn iter(&self) -> Iter<'_> {
        self.into_iter()
    }

    /// Returns the members in the order of the author.
    pub(crate) fn in_order(&self) -> Vec<(&String, &Json)> {
        let mut members: Vec<&Member> = self.0.iter().collect();
        members.sort_by_key(|member| member.position);
        let members = members.into_iter();
        members.map(|member| (&member.key, &member.value)).collect()
    }

    /// Gives the members the order of `keys`. Members whose key is not listed come last.
    pub(crate) fn arrange(&mut self, keys: &[String]) {
        let positions: BTreeMap<&str, u32> = keys.iter().map(String::as_str).zip(0..).collect();
        let mut members: Vec<&mut Member> = self.0.iter_mut().collect();
        members.sort_by_key(|member| {
            let listed = positions.get(member.key.as_str()).copied();
            (listed.unwrap_or(u32::MAX), member.position)
        });
        for (member, position) in members.into_iter().zip(0..) {
            member.position = position;
        }
    }

    /// Returns the keys in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.iter().map(|member| &member.key)
    }

    /// Returns the values in the order of their keys.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Json> {
        self.0.iter().map(|member| &member.value)
    }

    /// Returns mutable references to the values, each with its key, in the order of the keys.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&String, &mut Json)> {
        let members = self.0.iter_mut();
        members.map(|member| (&member.key, &mut member.value))
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        self.0
            .binary_search_by(|member| member.key.as_str().cmp(key))
    }
}

/// Objects are equal if they have the same members, in whichever order.
impl PartialEq for Members {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
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
pub(crate) type Iter<'m> =
    std::iter::Map<slice::Iter<'m, Member>, fn(&'m Member) -> (&'m String, &'m Json)>;

impl<'m> IntoIterator for &'m Members {
    type Item = (&'m String, &'m Json);
    type IntoIter = Iter<'m>;

    fn into_iter(self) -> Iter<'m> {
        self.0.iter().map(|member| (&member.key, &member.value))
    }
}

/// An iterator over the members in the order of their keys, by value.
pub(crate) type IntoIter = std::iter::Map<std::vec::IntoIter<Member>, fn(Member) -> (String, Json)>;

impl IntoIterator for Members {
    type Item = (String, Json);
    type IntoIter = IntoIter;

    fn into_iter(self) -> IntoIter {
        self.0.into_iter().map(|member| (member.key, member.value))
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

    /// Returns the keys in the order of the author.
    fn in_order(members: &Members) -> Vec<&str> {
        let members = members.in_order();
        members.into_iter().map(|(key, _)| key.as_str()).collect()
    }

    #[test]
    fn keeps_the_order_of_the_author_beside_the_keys() {
        let mut members = Members::from(["m", "z", "a"].map(|key| member(key, true)));
        assert!(members.keys().eq(["a", "m", "z"]));
        assert_eq!(in_order(&members), ["m", "z", "a"]);
        members.insert("z".to_owned(), Json::Null);
        members.insert("b".to_owned(), Json::Null);
        members.remove("m");
        assert_eq!(in_order(&members), ["z", "a", "b"]);
        members.arrange(&["b", "x", "z"].map(str::to_owned));
        assert_eq!(in_order(&members), ["b", "z", "a"]);
        members.insert("c".to_owned(), Json::Null);
        assert_eq!(in_order(&members), ["b", "z", "a", "c"]);
    }

    #[test]
    fn equality_ignores_the_order() {
        let one = Members::from([member("a", true), member("b", false)]);
        let other = Members::from([member("b", false), member("a", true)]);
        assert_eq!(one, other);
        assert_ne!(one, Members::from([member("a", true)]));
    }
}
