//! Characters of responses that a model reads and a person does not see.

use std::borrow::Cow;

use toolsmith_pattern::hidden;

use crate::codec::Json;

/// The handling of characters in responses that a model reads and a person does not see.
///
/// Tag characters, zero-width characters, direction controls and other controls can carry instructions
/// that no review shows. Characters that a script or an emoji needs are text and stay in every case: the
/// tags of an emoji flag, the joiners of an emoji, of Persian or of Hindi, direction marks in Hebrew.
///
/// ```
/// use toolsmith_runtime::agent::{HiddenCharacters, Policy};
///
/// let policy = Policy::new().hidden_characters(HiddenCharacters::Escape);
/// # let _ = policy;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HiddenCharacters {
    /// Removes them.
    #[default]
    Strip,
    /// Writes each of them as its escape in JSON: `\u200b`.
    Escape,
    /// Shows them to the model.
    Keep,
}

impl HiddenCharacters {
    /// Returns a text as the model sees it.
    pub(in crate::agent) fn text(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Escape => hidden::escape(text),
            Self::Strip => hidden::strip(text),
            Self::Keep => Cow::Borrowed(text),
        }
    }

    /// Changes the names and strings of a response to those that the model sees.
    pub(in crate::agent) fn json(self, json: &mut Json) {
        match json {
            Json::String(text) => {
                if let Some(shown) = self.changed(text) {
                    *text = shown;
                }
            }
            Json::Array(elements) => {
                for element in elements {
                    self.json(element);
                }
            }
            Json::Object(fields) => {
                if fields.keys().any(|name| self.changed(name).is_some()) {
                    self.rename(fields);
                }
                for value in fields.values_mut() {
                    self.json(value);
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }

    /// Changes the names of fields. A name that another field has gets an underscore, so that no value is
    /// lost.
    fn rename(self, fields: &mut serde_json::Map<String, Json>) {
        let (plain, hidden): (Vec<_>, Vec<_>) = std::mem::take(fields)
            .into_iter()
            .partition(|(name, _)| self.changed(name).is_none());
        fields.extend(plain);
        for (name, value) in hidden {
            let mut shown = self.text(&name).into_owned();
            while fields.contains_key(&shown) {
                shown.push('_');
            }
            fields.insert(shown, value);
        }
    }

    /// Returns a text as the model sees it, unless that is the text itself.
    fn changed(self, text: &str) -> Option<String> {
        match self.text(text) {
            Cow::Owned(shown) => Some(shown),
            Cow::Borrowed(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(policy: HiddenCharacters, mut json: Json) -> Json {
        policy.json(&mut json);
        json
    }

    #[test]
    fn names_and_strings_at_any_depth_are_shown() {
        let response = json!([{"a\u{200b}": {"b": ["c\u{e0041}", 1, null]}, "d": "e\u{202e}"}]);
        for (policy, expected) in [
            (
                HiddenCharacters::Escape,
                json!([{r"a\u200b": {"b": [r"c\udb40\udc41", 1, null]}, "d": r"e\u202e"}]),
            ),
            (
                HiddenCharacters::Strip,
                json!([{"a": {"b": ["c", 1, null]}, "d": "e"}]),
            ),
            (HiddenCharacters::Keep, response.clone()),
        ] {
            assert_eq!(shown(policy, response.clone()), expected);
        }
    }

    #[test]
    fn a_name_that_another_field_has_costs_no_value() {
        let response = json!({"a\u{200b}": 1, "a": 2, "a\u{200c}": 3, "\u{ad}a": 4});
        let stripped = shown(HiddenCharacters::Strip, response);
        assert_eq!(stripped["a"], 2);
        let fields = stripped.as_object().unwrap();
        let mut values: Vec<_> = fields.values().filter_map(Json::as_u64).collect();
        values.sort_unstable();
        assert_eq!(values, [1, 2, 3, 4]);
    }
}
