//! The arguments that an error about a missing record means.

use toolsmith_dialect::json_pointer::escape;

use crate::agent::api_errors::api_message::{contains_word, said};
use crate::agent::pointer;
use crate::codec::{Json, singular, words};
use crate::error::ApiError;
use crate::tools::{IdKind, ToolSpec};

/// Phrases after the name of a record that does not exist, without punctuation.
const AFTER_NAME: &[&str] = &[
    "can t be found",
    "cannot be found",
    "couldn t be found",
    "did not exist",
    "do not exist",
    "does not exist",
    "doesn t exist",
    "don t exist",
    "is gone",
    "is unknown",
    "isn t found",
    "no longer exists",
    "not be found",
    "not found",
    "wasn t found",
];

/// Phrases before the name of a record that does not exist.
const BEFORE_NAME: &[&str] = &[
    "can not find",
    "can t find",
    "cannot find",
    "could not find",
    "couldn t find",
    "did not find",
    "failed to find",
    "no such",
    "there are no",
    "there is no",
    "unable to find",
    "unknown",
];

/// Words after which a message says where it looked, and not for what.
const PLACES: &[&str] = &["belonging", "for", "in", "inside", "on", "under", "within"];

/// Words that name no kind of record.
const FILLERS: &str = "a an and any api are at be been by can code could data document element endpoint entity entry \
    error exist found from given has have http id identifier is it item its matching no object of \
    one or page path provided record referenced request requested resource result route row s some \
    sorry specified status such t target that the this to url uuid value was we were which with \
    your";

/// The number of values that are compared with a message.
const MAX_VALUES: usize = 200;

/// An identifier among the arguments.
pub(in crate::agent) struct Identifier<'a> {
    pub(in crate::agent) path: String,
    pub(in crate::agent) value: &'a str,
    pub(in crate::agent) kind: &'static IdKind,
}

/// The arguments that do not lead to a record.
pub(in crate::agent) enum Missing<'a> {
    /// One of these identifiers.
    Identifiers(Vec<Identifier<'a>>),
    /// The value at this path, which is not an identifier.
    Value(String),
    /// Something that is not among the arguments.
    Other,
}

/// The part of a message that names what does not exist.
struct Subject<'a> {
    text: &'a str,
    /// Its words, singular and in lower case, without fillers and values.
    nouns: Vec<String>,
}

/// Returns the arguments that an error means. If the API names a value, an argument or a kind of
/// record, only that one is meant.
pub(in crate::agent) fn missing<'a>(
    tool: &ToolSpec,
    arguments: &'a Json,
    error: &ApiError,
) -> Missing<'a> {
    let message = error.error_body.message.as_deref().unwrap_or_default();
    of_message(
        tool,
        arguments,
        message,
        &said(error),
        error.status.as_str(),
    )
}

/// Returns the arguments that a message means. `said` also contains the details of the error.
fn of_message<'a>(
    tool: &ToolSpec,
    arguments: &'a Json,
    message: &str,
    said: &str,
    status: &str,
) -> Missing<'a> {
    let all = identifiers(tool, arguments);
    let subject = subject(message).filter(|subject| subject.is_specific(status));
    let Some(subject) = subject else {
        return without_subject(all, said, quotes_identifier(message));
    };
    let values = values(arguments);
    let is_named =
        |identifier: &Identifier<'_>| contains_word(subject.text, identifier.value.trim());
    let is_of_kind = |identifier: &Identifier<'_>| subject.names(identifier.kind.noun);
    let is_of_tail = |identifier: &Identifier<'_>| subject.ends_as(identifier.kind.noun);
    let is_argument = |identifier: &Identifier<'_>| subject.names_argument(&identifier.path);
    if all.iter().any(is_named) {
        return only(all, is_named);
    }
    let is_value = |value: &&(String, String)| subject.quotes(value.1.trim());
    if let Some((path, _)) = values.iter().find(is_value) {
        return Missing::Value(path.clone());
    }
    if quotes_identifier(message) || subject.values(status).next().is_some() {
        return Missing::Other;
    }
    if all.iter().any(is_of_kind) {
        return only(all, is_of_kind);
    }
    if all.iter().any(is_argument) {
        return only(all, is_argument);
    }
    if let Some((path, _)) = values.iter().find(|(path, _)| subject.names_argument(path)) {
        return Missing::Value(path.clone());
    }
    if all.iter().any(is_of_tail) {
        return only(all, is_of_tail);
    }
    // APIs have other words for a record; a call with nothing else can mean only this one.
    let is_only = values.len() == 1 && all.len() == 1;
    if is_only {
        Missing::Identifiers(all)
    } else {
        Missing::Other
    }
}

/// Returns the arguments that a message means that does not say what it is about.
fn without_subject<'a>(
    all: Vec<Identifier<'a>>,
    said: &str,
    quotes_identifier: bool,
) -> Missing<'a> {
    let is_named = |identifier: &Identifier<'_>| contains_word(said, identifier.value.trim());
    let is_of_kind = |identifier: &Identifier<'_>| contains_word(said, identifier.kind.noun);
    let is_argument = |identifier: &Identifier<'_>| {
        let name = identifier.path.trim_start_matches('/');
        name != "id" && contains_word(said, name)
    };
    if all.iter().any(is_named) {
        only(all, is_named)
    } else if quotes_identifier {
        Missing::Other
    } else if all.iter().any(is_argument) {
        only(all, is_argument)
    } else if all.iter().any(is_of_kind) {
        only(all, is_of_kind)
    } else {
        Missing::Identifiers(all)
    }
}

fn only(mut all: Vec<Identifier<'_>>, is_meant: impl Fn(&Identifier<'_>) -> bool) -> Missing<'_> {
    all.retain(is_meant);
    Missing::Identifiers(all)
}

fn identifiers<'a>(tool: &ToolSpec, arguments: &'a Json) -> Vec<Identifier<'a>> {
    let mut all = Vec::new();
    for argument in tool.takes {
        for (path, value) in pointer::find(arguments, argument.pointer()) {
            if let Some(value) = value.as_str() {
                let kind = argument.kind();
                all.push(Identifier { path, value, kind });
            }
        }
    }
    all
}

/// Returns the strings and numbers among the arguments, with their paths.
fn values(arguments: &Json) -> Vec<(String, String)> {
    let mut values = Vec::new();
    collect(arguments, String::new(), &mut values);
    values
}

fn collect(json: &Json, path: String, values: &mut Vec<(String, String)>) {
    if values.len() >= MAX_VALUES {
        return;
    }
    match json {
        Json::String(text) => values.push((path, text.clone())),
        Json::Number(number) => values.push((path, number.to_string())),
        Json::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect(element, format!("{path}/{index}"), values);
            }
        }
        Json::Object(fields) => {
            for (name, value) in fields {
                collect(value, format!("{path}/{}", escape(name)), values);
            }
        }
        Json::Null | Json::Bool(_) => {}
    }
}

/// Returns `true` if a message quotes an identifier: a word with a digit or a separator in it.
fn quotes_identifier(text: &str) -> bool {
    let is_identifier = |quoted: &str| {
        let has_mark =
            |character: char| character.is_ascii_digit() || matches!(character, '_' | '-');
        quoted.contains(has_mark) && !quoted.contains(char::is_whitespace)
    };
    ['"', '`']
        .into_iter()
        .any(|mark| text.split(mark).skip(1).step_by(2).any(is_identifier))
}

impl Subject<'_> {
    /// Returns `true` if it names something: a kind of record, an argument or a value.
    fn is_specific(&self, status: &str) -> bool {
        !self.nouns.is_empty() || self.values(status).next().is_some()
    }

    /// Returns the words with digits, such as identifiers, without the status of the response.
    fn values(&self, status: &str) -> impl Iterator<Item = &str> {
        let values = tokens(self.text).map(|(_, token)| token);
        values.filter(move |token| has_digit(token) && *token != status)
    }

    /// Returns `true` if it contains a value that is not one of the fillers.
    fn quotes(&self, value: &str) -> bool {
        value.len() > 1 && !is_filler(&value.to_lowercase()) && contains_word(self.text, value)
    }

    /// Returns `true` if all words of a noun follow each other.
    fn names(&self, noun: &str) -> bool {
        let noun: Vec<String> = words(noun).iter().map(|word| singular(word)).collect();
        !noun.is_empty() && self.nouns.windows(noun.len()).any(|part| part == noun)
    }

    /// Returns `true` if the last word is that of a noun: "key" for "API key".
    fn ends_as(&self, noun: &str) -> bool {
        let last = words(noun).pop();
        last.is_some_and(|last| self.nouns.last() == Some(&singular(&last)))
    }

    /// Returns `true` if it names the argument at `path`, with or without a final "id".
    fn names_argument(&self, path: &str) -> bool {
        let path =
            path.trim_end_matches(|character: char| character.is_ascii_digit() || character == '/');
        let name = words(path.rsplit('/').next().unwrap_or_default());
        let nouns = name.iter().map(|word| singular(word));
        let nouns: Vec<String> = nouns.filter(|noun| noun != "id").collect();
        !nouns.is_empty() && self.nouns.windows(nouns.len()).any(|part| part == nouns)
    }
}

fn is_filler(word: &str) -> bool {
    FILLERS.split(' ').any(|filler| filler == word)
}

fn has_digit(token: &str) -> bool {
    token.contains(|character: char| character.is_ascii_digit())
}

/// Returns the part of a message that names what does not exist.
fn subject(message: &str) -> Option<Subject<'_>> {
    let mut sentences = sentences(message).into_iter().peekable();
    while let Some(sentence) = sentences.next() {
        if let Some((start, end)) = find_phrase(sentence, AFTER_NAME) {
            let before = Subject::of(sentence.get(..start)?);
            if !before.nouns.is_empty() || tokens(before.text).any(|(_, token)| has_digit(token)) {
                return Some(before);
            }
            // "Not found: user usr_10".
            let after = sentence.get(end..)?;
            let is_last = tokens(after).next().is_none();
            let next = sentences.peek().filter(|_| is_last);
            return Some(Subject::of(next.copied().unwrap_or(after)));
        }
        if let Some((_, end)) = find_phrase(sentence, BEFORE_NAME) {
            return Some(Subject::of(sentence.get(end..)?));
        }
        let mut words = tokens(sentence);
        if let Some((start, first)) = words.next()
            && first.eq_ignore_ascii_case("no")
        {
            return Some(Subject::of(sentence.get(start + first.len()..)?));
        }
    }
    None
}

impl<'a> Subject<'a> {
    /// Reads a part of a sentence up to the words that say where the API looked.
    fn of(text: &'a str) -> Self {
        let mut nouns = Vec::new();
        let mut is_named = false;
        for (start, token) in tokens(text) {
            if is_named && PLACES.contains(&token.to_lowercase().as_str()) {
                let text = text.get(..start).unwrap_or(text);
                return Self { text, nouns };
            }
            if has_digit(token) {
                is_named = true;
                continue;
            }
            let words = words(token).into_iter().map(|word| singular(&word));
            let before = nouns.len();
            nouns.extend(words.filter(|word| !is_filler(word)));
            is_named |= nouns.len() > before;
        }
        Self { text, nouns }
    }
}

/// Splits a message after punctuation that ends a sentence, and after colons.
fn sentences(message: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (index, character) in message.char_indices() {
        let end = index + character.len_utf8();
        let rest = message.get(end..).unwrap_or_default();
        let ends = matches!(character, '.' | '!' | '?' | ';' | ':')
            && rest.chars().next().is_none_or(char::is_whitespace);
        if ends || character == '\n' {
            sentences.extend(message.get(start..end));
            start = end;
        }
    }
    sentences.extend(message.get(start..));
    sentences
}

/// Returns the words of a text with their places. A word continues over `_` and `-`.
fn tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_end = |character: char| !character.is_alphanumeric() && !matches!(character, '_' | '-');
    let mut start = 0;
    text.split(is_end).filter_map(move |token| {
        let place = start;
        start += token.len();
        start += text
            .get(start..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        (!token.is_empty()).then_some((place, token))
    })
}

/// Returns the place of the first of these phrases in a sentence.
fn find_phrase(sentence: &str, phrases: &[&str]) -> Option<(usize, usize)> {
    let said: Vec<(usize, &str)> = tokens(sentence).collect();
    let begins = |said: &[(usize, &str)], phrase: &str| {
        let mut said = said.iter();
        phrase.split(' ').all(|word| {
            said.next()
                .is_some_and(|(_, token)| token.eq_ignore_ascii_case(word))
        })
    };
    (0..said.len()).find_map(|index| {
        let rest = said.get(index..)?;
        let phrase = phrases.iter().find(|phrase| begins(rest, phrase))?;
        let (start, _) = rest.first()?;
        let (last, token) = rest.get(phrase.split(' ').count() - 1)?;
        Some((*start, last + token.len()))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::codec::Shape;
    use crate::tools::{Effect, IdArgument};

    const fn kind(name: &'static str, noun: &'static str) -> IdKind {
        IdKind {
            name,
            noun,
            sources: &[],
        }
    }

    static USER: IdKind = kind("UserId", "user");
    static ACCOUNT: IdKind = kind("AccountId", "account");
    static KEY: IdKind = kind("ApiKeyId", "API key");
    static TOOL: ToolSpec = ToolSpec {
        takes: &[
            IdArgument::Required("/id", &USER),
            IdArgument::Optional("/accountId", &ACCOUNT),
            IdArgument::Optional("/keyId", &KEY),
        ],
        ..ToolSpec::new("update_role", Effect::Writes, &Shape::NESTED, Ok)
    };

    /// Returns the paths of the arguments that a message means.
    fn meant(arguments: &Json, message: &str, details: &str) -> Vec<String> {
        let said = format!("{message} {details}");
        match of_message(&TOOL, arguments, message, &said, "404") {
            Missing::Identifiers(all) => all.into_iter().map(|one| one.path).collect(),
            Missing::Value(path) => vec![format!("value {path}")],
            Missing::Other => Vec::new(),
        }
    }

    #[test]
    fn only_what_a_message_names_is_meant() {
        let all: &[&str] = &["/id", "/accountId"];
        for (message, expected) in [
            ("Not Found", all),
            ("", all),
            ("Gone", all),
            ("The requested resource was not found.", all),
            ("404: Not Found", all),
            ("No such record", all),
            ("usr_1 not found", &["/id"]),
            ("User usr_1 not found", &["/id"]),
            ("Not found: usr_1", &["/id"]),
            ("User not found", &["/id"]),
            ("The user could not be found in account acc_1", &["/id"]),
            ("No user with id usr_1 in account acc_1", &["/id"]),
            ("There is no such account.", &["/accountId"]),
            ("Unknown accountId", &["/accountId"]),
            ("accountId does not exist", &["/accountId"]),
            ("Account \"acc_1\" not found", &["/accountId"]),
            ("Couldn't find Account with 'id'=acc_1", &["/accountId"]),
            ("Request req_81: account not found", &["/accountId"]),
            ("Error: user not found. See account settings", &["/id"]),
            // Other things.
            ("usr_10 not found", &[]),
            ("User 'usr_10' not found", &[]),
            ("No user with the id usr_10", &[]),
            ("Team not found", &[]),
            ("The team does not exist", &[]),
            ("Team \"tm_7\" not found", &[]),
            ("Could not find the team", &[]),
            ("No team for user usr_1", &[]),
            // Values that are not identifiers.
            ("The role admin does not exist", &["value /role"]),
            ("Role not found", &["value /role"]),
            ("There is no role admin for user usr_1", &["value /role"]),
            ("Unknown role: admin", &["value /role"]),
            ("ann@example.com was not found", &["value /email"]),
        ] {
            let arguments = json!({"id": "usr_1", "accountId": "acc_1", "role": "admin", "email": "ann@example.com"});
            assert_eq!(meant(&arguments, message, ""), expected, "{message}");
        }
    }

    #[test]
    fn details_white_space_and_other_words_are_understood() {
        let spaced = json!({"id": "usr_1", "accountId": "acc_8923\n", "name": "a"});
        let key = json!({"id": "usr_1", "keyId": "key_1"});
        let only = json!({"id": "usr_1"});
        for (arguments, message, details, expected) in [
            (
                &spaced,
                "Account \"acc_8923\" not found",
                "",
                &["/accountId"][..],
            ),
            (&spaced, "acc_8923 not found", "", &["/accountId"]),
            (
                &spaced,
                "Validation failed",
                r#"[{"path":"accountId"}]"#,
                &["/accountId"],
            ),
            (&spaced, "A project was not found", "", &[]),
            (&key, "API key not found", "", &["/keyId"]),
            (&key, "ApiKey not found", "", &["/keyId"]),
            (&key, "The key does not exist", "", &["/keyId"]),
            // A call with one argument can mean no other.
            (&only, "Member not found", "", &["/id"]),
            (&only, "usr_10 not found", "", &[]),
        ] {
            assert_eq!(meant(arguments, message, details), expected, "{message}");
        }
    }
}
