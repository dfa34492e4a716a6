//! One problem of arguments or of a record, for people, programs and models.

use std::{fmt, io};

use toolsmith_dialect::json_pointer;
use toolsmith_dialect::suggest::nearest_value;

use super::{Expected, Json, JsonType};
use crate::redactor::{REDACTED, RedactedJson};
use crate::single_line::Line;

/// The number of characters of a value that a message shows.
const MAX_SHOWN_CHARACTERS: usize = 80;

/// The number of characters of a value that a message tells a model to write.
const MAX_WRITTEN_CHARACTERS: usize = 400;

/// One problem of arguments or of a record, with its path.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// A JSON pointer (RFC 6901) into the arguments or the record; empty for the whole.
    pub path: String,
    /// The kind of problem.
    pub kind: ProblemKind,
}

/// The kind of a [`Problem`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A required argument or field is missing.
    Missing,
    /// No argument or field has this name.
    Unknown {
        /// The name that was probably meant.
        nearest: Option<String>,
    },
    /// Null where null is not allowed.
    NullNotAllowed,
    /// A value of the wrong type.
    WrongType {
        /// The expected type, as in "a string".
        expected: Expected,
        /// The value found, shortened.
        found: String,
    },
    /// A value that is not one of the allowed values.
    NotAllowed {
        /// The allowed values.
        allowed: Vec<Json>,
        /// The value found, shortened.
        found: String,
        /// The value that was probably meant.
        nearest: Option<Json>,
    },
    /// A value that matches no variant of a union. The problems of the closest variant follow.
    NoVariant {
        /// The closest variant.
        nearest: String,
        /// All variants.
        among: Vec<String>,
    },
    /// The identifier of another kind of thing.
    OtherIdentifier {
        /// The thing that the expected identifier identifies, as a noun: `account`.
        expected: &'static str,
        /// The value found, shortened.
        found: String,
        /// The thing that the value found identifies, as a noun: `project`.
        kind: &'static str,
        /// The tool that returned the value.
        given_by: &'static str,
    },
    /// A value that fails a check.
    Check {
        /// The expectation, as in "at most 100".
        expected: String,
        /// The value found, shortened.
        found: String,
    },
}

impl ProblemKind {
    pub(crate) fn wrong_type(expected: impl Into<Expected>, found: &Json) -> Self {
        Self::WrongType {
            expected: expected.into(),
            found: shorten(found),
        }
    }

    pub(crate) fn not_allowed(allowed: Vec<Json>, found: &Json) -> Self {
        let names = allowed.iter().filter_map(Json::as_str);
        let nearest = found
            .as_str()
            .and_then(|text| nearest_value(text, names))
            .map(Json::from);
        Self::NotAllowed {
            allowed,
            found: shorten(found),
            nearest,
        }
    }

    /// Returns `true` if the value found in arguments may be a secret by the name of its field: a list or an
    /// object where a string belongs, or a string that fails a check. Other values are shown, because they
    /// help to correct the arguments.
    pub(crate) fn may_find_secret(&self) -> bool {
        match self {
            Self::WrongType { expected, found } => {
                expected.is(JsonType::String) && found.starts_with(['[', '{'])
            }
            Self::Check { found, .. } => found.starts_with('"') && found != "\"\"",
            _ => false,
        }
    }

    /// Hides the value found, because it is a secret.
    pub(crate) fn hide_found(&mut self) {
        if let Self::WrongType { found, .. }
        | Self::NotAllowed { found, .. }
        | Self::OtherIdentifier { found, .. }
        | Self::Check { found, .. } = self
        {
            REDACTED.clone_into(found);
        }
    }

    pub(crate) fn check(expected: String, found: &Json) -> Self {
        Self::Check {
            expected,
            found: shorten(found),
        }
    }
}

impl Problem {
    pub(crate) fn new(path: String, kind: ProblemKind) -> Self {
        Self { path, kind }
    }
}

impl Problem {
    /// Returns the problem as a string, without the value found.
    pub(crate) fn without_found(&self) -> String {
        match (&self.kind, self.expected()) {
            (ProblemKind::NoVariant { .. }, _) | (_, None) => self.to_string(),
            (_, Some(expected)) => format!("{}: expected {expected}", self.place()),
        }
    }

    /// Returns the path on a single line.
    fn place(&self) -> Line<'_> {
        Line::whole(if self.path.is_empty() {
            "the arguments"
        } else {
            &self.path
        })
    }
}

/// The parts of a problem, for programs.
impl Problem {
    /// Returns the kind of problem as a stable code: `missing`, `unknown`, `null`, `type`, `value`,
    /// `variant`, `identifier` or `check`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.kind {
            ProblemKind::Missing => "missing",
            ProblemKind::Unknown { .. } => "unknown",
            ProblemKind::NullNotAllowed => "null",
            ProblemKind::WrongType { .. } => "type",
            ProblemKind::NotAllowed { .. } => "value",
            ProblemKind::NoVariant { .. } => "variant",
            ProblemKind::OtherIdentifier { .. } => "identifier",
            ProblemKind::Check { .. } => "check",
        }
    }

    /// Returns a description of the expected value, if the problem has one.
    #[must_use]
    pub fn expected(&self) -> Option<String> {
        match &self.kind {
            ProblemKind::Missing | ProblemKind::Unknown { .. } | ProblemKind::NullNotAllowed => {
                None
            }
            ProblemKind::WrongType { expected, .. } => Some(expected.to_string()),
            ProblemKind::NotAllowed { allowed, .. } => Some(format!("one of {}", list(allowed))),
            ProblemKind::NoVariant { among, .. } => Some(format!("one of {}", among.join(", "))),
            ProblemKind::OtherIdentifier { expected, .. } => Some(identifier_of(expected)),
            ProblemKind::Check { expected, .. } => Some(expected.clone()),
        }
    }

    /// Returns the path of the argument that an unknown one was probably meant to be.
    pub(crate) fn meant_path(&self) -> Option<String> {
        match &self.kind {
            ProblemKind::Unknown {
                nearest: Some(name),
            } => {
                let (parent, _) = json_pointer::split(&self.path)?;
                Some(json_pointer::join(parent, name))
            }
            _ => None,
        }
    }

    /// Returns `true` if the value found is a secret.
    pub(crate) fn is_hidden(&self) -> bool {
        self.found() == Some(REDACTED)
    }

    /// Returns the value found, shortened, if the problem has one.
    #[must_use]
    pub fn found(&self) -> Option<&str> {
        match &self.kind {
            ProblemKind::WrongType { found, .. }
            | ProblemKind::NotAllowed { found, .. }
            | ProblemKind::OtherIdentifier { found, .. }
            | ProblemKind::Check { found, .. } => Some(found),
            ProblemKind::Missing
            | ProblemKind::Unknown { .. }
            | ProblemKind::NullNotAllowed
            | ProblemKind::NoVariant { .. } => None,
        }
    }

    /// Returns the name or value that was probably meant.
    #[must_use]
    pub fn suggestion(&self) -> Option<Json> {
        match &self.kind {
            ProblemKind::Unknown { nearest } => nearest.as_deref().map(Json::from),
            ProblemKind::NotAllowed { nearest, .. } => nearest.clone(),
            _ => None,
        }
    }

    /// Returns the problem as an object with `path`, `code` and `message`, and with `expected`,
    /// `found` and `suggestion` if there are any.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let strings = [
            ("path", Some(self.path.clone())),
            ("code", Some(self.code().to_owned())),
            ("message", Some(self.kind.to_string())),
            ("expected", self.expected()),
            ("found", self.found().map(str::to_owned)),
        ];
        let suggestion = self
            .suggestion()
            .map(|value| ("suggestion".to_owned(), value));
        let strings = strings
            .into_iter()
            .filter_map(|(name, text)| Some((name.to_owned(), Json::from(text?))));
        Json::Object(strings.chain(suggestion).collect())
    }
}

/// Serializes [`Problem::to_json`].
impl serde::Serialize for Problem {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place(), self.kind)
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("required, but missing"),
            Self::Unknown { nearest } => {
                formatter.write_str("no such argument")?;
                match nearest {
                    Some(nearest) => write!(formatter, "; did you mean `{nearest}`?"),
                    None => Ok(()),
                }
            }
            Self::OtherIdentifier {
                expected,
                found,
                kind,
                given_by,
            } => write!(
                formatter,
                "expected {}, found {found}, which identifies {} (returned by {given_by})",
                identifier_of(expected),
                with_article(kind)
            ),
            Self::NullNotAllowed => formatter.write_str("null is not allowed"),
            Self::WrongType { expected, found } => {
                write!(formatter, "expected {expected}, found {found}")
            }
            Self::NoVariant { nearest, among } => {
                write!(
                    formatter,
                    "matches none of {}; the closest match is {nearest}; its problems follow",
                    among.join(", ")
                )
            }
            Self::Check { expected, found } => {
                write!(formatter, "expected {expected}, found {found}")
            }
            Self::NotAllowed {
                allowed,
                found,
                nearest,
            } => {
                write!(
                    formatter,
                    "expected one of {}, found {found}",
                    list(allowed)
                )?;
                match nearest {
                    Some(nearest) => write!(formatter, "; did you mean {nearest}?"),
                    None => Ok(()),
                }
            }
        }
    }
}

fn identifier_of(noun: &str) -> String {
    format!("the identifier of {}", with_article(noun))
}

/// Returns a noun with its indefinite article: `an account`, `an API key`, `a user`.
pub(crate) fn with_article(noun: &str) -> String {
    let is_vowel = noun.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    let article = if is_vowel { "an" } else { "a" };
    format!("{article} {noun}")
}

fn list(values: &[Json]) -> String {
    let values: Vec<String> = values.iter().map(Json::to_string).collect();
    values.join(", ")
}

/// Returns the JSON of `value`, cut after [`MAX_SHOWN_CHARACTERS`], so that messages stay short.
pub(crate) fn shorten(value: &Json) -> String {
    let text = beginning(&RedactedJson(value), MAX_SHOWN_CHARACTERS);
    match text.char_indices().nth(MAX_SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// Returns the JSON of `value` for a model to write, unless it is long or holds a secret: what is written
/// from a part of it, or from what is shown instead of a secret, is another value.
pub(crate) fn written(value: &Json) -> Option<String> {
    let text = beginning(value, MAX_WRITTEN_CHARACTERS);
    let is_whole = text.chars().count() <= MAX_WRITTEN_CHARACTERS;
    (is_whole && !holds_secret(value)).then_some(text)
}

/// Returns `true` if a message hides a part of `value`.
pub(crate) fn holds_secret(value: &Json) -> bool {
    serde_json::to_value(RedactedJson(value)).map_or(true, |shown| shown != *value)
}

/// Returns the beginning of the JSON of `value`, which may be as large as a response: a few more
/// characters than the first `count`.
fn beginning(value: &impl serde::Serialize, count: usize) -> String {
    // A character has at most four bytes.
    let mut beginning = Beginning {
        written: Vec::new(),
        left: 4 * (count + 1),
    };
    // The error says that there is more.
    let _ = serde_json::to_writer(&mut beginning, value);
    let end = beginning.written.utf8_chunks().next();
    end.map_or_else(String::new, |chunk| chunk.valid().to_owned())
}

/// A writer that takes a number of bytes and fails at the next one.
struct Beginning {
    written: Vec<u8>,
    left: usize,
}

impl io::Write for Beginning {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.get(..self.left).unwrap_or(bytes);
        self.written.extend_from_slice(taken);
        self.left -= taken.len();
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
