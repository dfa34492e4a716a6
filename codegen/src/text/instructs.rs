//! Texts that instruct the model: to ignore its instructions, to hide something from the user, to hand
//! over files, secrets or the conversation, to prefer or misuse other tools.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::encoded::decoded_texts;
use super::hidden::written_out;
use super::normalize::sentences;
use super::phrases::PhraseBook;
use super::places::{Role, Text};
use crate::report::{TextFinding, TextFindingKind};
use crate::source::shortened_to;

/// Shorter texts are not read.
const MIN_LENGTH: usize = 8;

/// Shorter names are not read.
const MIN_NAME_LENGTH: usize = 16;

const MAX_EXCERPT: usize = 100;

/// The concepts that make an encoded text suspicious.
const CONCEPTS: [&str; 8] = [
    "conversation",
    "credentials",
    "hand",
    "ignore",
    "path",
    "prompt",
    "read",
    "secretly",
];

static BOOK: LazyLock<PhraseBook> = LazyLock::new(|| {
    PhraseBook::parse(
        include_str!("phrases/instructs.words.txt"),
        include_str!("phrases/instructs.rules.txt"),
    )
});

/// The texts that were read, each with its instructions.
#[derive(Debug, Default)]
pub(super) struct Read<'a>(BTreeMap<(Role, &'a str), Vec<Instruction>>);

/// An instruction in a text.
#[derive(Debug)]
struct Instruction {
    cause: &'static str,
    excerpt: String,
}

/// Returns the instructions in a text, the first of each cause. A text that was read is not read again.
pub(super) fn check<'a>(
    tool: &str,
    text: &Text<'a>,
    Read(read): &mut Read<'a>,
) -> Vec<TextFinding> {
    let least = match text.role {
        Role::Formal => return Vec::new(),
        Role::Name => MIN_NAME_LENGTH,
        Role::Value => MIN_LENGTH,
    };
    if text.content.len() < least {
        return Vec::new();
    }
    let instructions = read
        .entry((text.role, text.content))
        .or_insert_with(|| find(text.role, text.content));
    let found = instructions.iter().map(|instruction| TextFinding {
        tool: tool.to_owned(),
        pointer: text.pointer.clone(),
        kind: TextFindingKind::Instructs,
        cause: instruction.cause.to_owned(),
        excerpt: instruction.excerpt.clone(),
    });
    found.collect()
}

fn find(role: Role, content: &str) -> Vec<Instruction> {
    let mut found: Vec<Instruction> = Vec::new();
    let mut add = |cause: &'static str, excerpt: &str| {
        if found.iter().all(|known| known.cause != cause) {
            let excerpt = written_out(&shortened_to(excerpt, MAX_EXCERPT));
            found.push(Instruction { cause, excerpt });
        }
    };
    let mut read = sentences(content);
    let is_name = role == Role::Name || !content.contains(char::is_whitespace);
    if is_name && content.len() >= MIN_NAME_LENGTH {
        read.extend(sentences(&content.replace(['_', '-', '.'], " ")));
    }
    for sentence in read {
        for phrase in BOOK.find(&sentence) {
            add(phrase.cause, &phrase.excerpt);
        }
    }
    if role == Role::Value {
        let decoded = decoded_texts(content);
        for decoded in decoded.iter().filter(|decoded| instructs(decoded)) {
            add("has encoded text", decoded);
        }
    }
    found
}

/// Returns `true` if an encoded text has a phrase of the book or words of several of its concepts. An
/// instruction for people is not encoded, and an example of encoded text may be any sentence.
fn instructs(decoded: &str) -> bool {
    const MIN_CONCEPTS: usize = 2;
    sentences(decoded).iter().any(|sentence| {
        let concepts = CONCEPTS.iter();
        let found = concepts.filter(|concept| BOOK.has(sentence, concept));
        found.count() >= MIN_CONCEPTS || !BOOK.find(sentence).is_empty()
    })
}
