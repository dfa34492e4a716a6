//! What is wrong with arguments, for people, programs and models, and with records.

use std::borrow::Cow;
use std::fmt;

use super::{Json, nearest};
use crate::single_line::Line;

/// One thing that is wrong, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// A JSON pointer (RFC 6901) into the arguments, or into the record; empty for the whole.
    pub path: String,
    /// What is wrong there.
    pub kind: ProblemKind,
}

/// What is wrong at one place.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// What is required is not there.
    Missing,
    /// No argument and no field has this name.
    Unknown {
        /// The name that was probably meant.
        nearest: Option<String>,
    },
    /// Null stands where null is no value.
    NullNotAllowed,
    /// A value of another type stands there.
    WrongType {
        /// What belongs there, as in "a string".
        expected: Cow<'static, str>,
        /// What stands there, shortened.
        found: String,
    },
    /// The value is none of those allowed.
    NotAllowed {
        /// The values allowed.
        allowed: Vec<Json>,
        /// What stands there, shortened.
        found: String,
        /// The value that was probably meant.
        nearest: Option<Json>,
    },
    /// The value fits none of several forms; the problems that follow are those of the nearest.
    NoVariant {
        /// The form that came nearest.
        nearest: String,
        /// All forms.
        among: Vec<String>,
    },
    /// An identifier of one thing stands where one of another thing belongs.
    OtherIdentifier {
        /// The kind that belongs there: `AccountId`.
        expected: &'static str,
        /// What stands there, shortened.
        found: String,
        /// The kind that it is: `ProjectId`.
        kind: &'static str,
        /// The tool that gave it.
        given_by: &'static str,
    },
    /// The value breaks a check.
    Check {
        /// What is expected, as in "at most 100".
        expected: String,
        /// What stands there, shortened.
        found: String,
    },
}

impl ProblemKind {
    pub(crate) fn wrong_type(expected: impl Into<Cow<'static, str>>, found: &Json) -> Self {
        Self::WrongType {
            expected: expected.into(),
            found: shorten(found),
        }
    }

    pub(crate) fn not_allowed(allowed: Vec<Json>, found: &Json) -> Self {
        let names = allowed.iter().filter_map(Json::as_str);
        let nearest = found
            .as_str()
            .and_then(|text| nearest(text, names))
            .map(Json::from);
        Self::NotAllowed {
            allowed,
            found: shorten(found),
            nearest,
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

/// The same for programs.
impl Problem {
    /// What is wrong, as a word that does not change: `missing`, `unknown`, `null`, `type`,
    /// `value`, `variant`, `identifier` or `check`.
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

    /// What belongs there, in words, if the problem says.
    #[must_use]
    pub fn expected(&self) -> Option<String> {
        match &self.kind {
            ProblemKind::Missing | ProblemKind::Unknown { .. } | ProblemKind::NullNotAllowed => {
                None
            }
            ProblemKind::WrongType { expected, .. } => Some(expected.to_string()),
            ProblemKind::NotAllowed { allowed, .. } => Some(format!("one of {}", list(allowed))),
            ProblemKind::NoVariant { among, .. } => Some(format!("one of {}", among.join(", "))),
            ProblemKind::OtherIdentifier { expected, .. } => Some((*expected).to_owned()),
            ProblemKind::Check { expected, .. } => Some(expected.clone()),
        }
    }

    /// What stands there, shortened, if the problem says.
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

    /// The name or value that was probably meant.
    #[must_use]
    pub fn suggestion(&self) -> Option<Json> {
        match &self.kind {
            ProblemKind::Unknown { nearest } => nearest.as_deref().map(Json::from),
            ProblemKind::NotAllowed { nearest, .. } => nearest.clone(),
            _ => None,
        }
    }

    /// All of it: `path`, `code`, `message`, and `expected`, `found` and `suggestion` as far as
    /// there are any.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let texts = [
            ("path", Some(self.path.clone())),
            ("code", Some(self.code().to_owned())),
            ("message", Some(self.kind.to_string())),
            ("expected", self.expected()),
            ("found", self.found().map(str::to_owned)),
        ];
        let texts = texts
            .into_iter()
            .filter_map(|(name, text)| Some((name.to_owned(), Json::from(text?))));
        let suggestion = self
            .suggestion()
            .map(|value| ("suggestion".to_owned(), value));
        Json::Object(texts.chain(suggestion).collect())
    }
}

/// As [`Problem::to_json`].
impl serde::Serialize for Problem {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "the arguments"
        } else {
            &self.path
        };
        write!(formatter, "{}: {}", Line::whole(path), self.kind)
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
                "expected the value of type {expected}, found {found}, which is of type {kind} (given by {given_by})"
            ),
            Self::NullNotAllowed => {
                formatter.write_str("null is not allowed; leave it out instead")
            }
            Self::WrongType { expected, found } => {
                write!(formatter, "expected {expected}, found {found}")
            }
            Self::NoVariant { nearest, among } => {
                write!(
                    formatter,
                    "fits none of {}; nearest is {nearest}, with these problems",
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

/// Arguments that a tool refuses: every problem, each with its path.
///
/// `Display` is one line a problem, written for a model that is to try again.
#[derive(Debug, Clone, PartialEq)]
pub struct ArgumentError {
    problems: Vec<Problem>,
}

impl ArgumentError {
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// The problems, in the order in which they were met.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            write!(formatter, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ArgumentError {}

/// The list of the problems.
impl serde::Serialize for ArgumentError {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.problems)
    }
}

fn list(values: &[Json]) -> String {
    let texts: Vec<String> = values.iter().map(Json::to_string).collect();
    texts.join(", ")
}

/// The JSON of `value` in at most 80 characters, so that a refusal stays short.
pub(crate) fn shorten(value: &Json) -> String {
    const LIMIT: usize = 80;
    let text = value.to_string();
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
