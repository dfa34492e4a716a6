//! The words of concepts, and their places in a sentence.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::entries;

/// A set of words with one meaning, by its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Concept(usize);

/// The words of concepts in a sentence, by concept and in order.
#[derive(Debug, Default)]
pub(super) struct Hits(BTreeMap<Concept, Vec<Hit>>);

impl Hits {
    /// Returns `true` if the sentence has no word of a concept.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the words of a concept, sorted by their start.
    pub(super) fn of(&self, concept: Concept) -> &[Hit] {
        self.0.get(&concept).map_or(&[], Vec::as_slice)
    }

    /// Returns the words of a concept that start in a range.
    pub(super) fn within(&self, concept: Concept, range: Range<usize>) -> &[Hit] {
        let hits = self.of(concept);
        let first = hits.partition_point(|hit| hit.start < range.start);
        let last = hits.partition_point(|hit| hit.start < range.end);
        hits.get(first..last).unwrap_or_default()
    }

    fn from_list(hits: Vec<Hit>) -> Self {
        let mut found = Self::default();
        for hit in hits {
            found.0.entry(hit.concept).or_default().push(hit);
        }
        for hits in found.0.values_mut() {
            hits.sort_by_key(|hit| (hit.start, hit.end));
        }
        found
    }
}

/// A word of a concept in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    /// The concept.
    pub(super) concept: Concept,
    /// The offset of the first byte.
    pub(super) start: usize,
    /// The offset after the last byte.
    pub(super) end: usize,
}

/// The words of concepts.
#[derive(Debug)]
pub(super) struct Vocabulary {
    names: Vec<&'static str>,
    words: Vec<Word>,
    /// The search for words in ASCII.
    ascii: Search,
    /// The search for the other words, which a sentence in ASCII does not have. Most catalogs need none.
    other: OnceLock<Search>,
}

#[derive(Debug)]
struct Word {
    text: &'static str,
    concept: Concept,
    /// It is the first word of its sentence.
    is_first: bool,
    /// Nothing of another word may precede it.
    has_start: bool,
    /// Nothing of another word may follow it.
    has_end: bool,
}

/// A search for some of the words.
#[derive(Debug, Default)]
struct Search {
    /// The words by their index in the vocabulary.
    words: Vec<usize>,
    /// `None` if the words are too many for a search, so that nothing is found.
    automaton: Option<AhoCorasick>,
}

impl Search {
    /// Creates a search for the words whose text `is_wanted` accepts.
    fn new(words: &[Word], is_wanted: impl Fn(&str) -> bool) -> Self {
        let words = words.iter().enumerate();
        let words = words.filter(|(_, word)| is_wanted(word.text));
        let (words, texts): (Vec<usize>, Vec<&str>) =
            words.map(|(index, word)| (index, word.text)).unzip();
        Self {
            words,
            automaton: build(&texts),
        }
    }

    /// Returns the words in a sentence as indices in the vocabulary, each with its place.
    fn find(&self, sentence: &str) -> impl Iterator<Item = (usize, Range<usize>)> {
        let automaton = self.automaton.iter();
        let found = automaton.flat_map(move |automaton| automaton.find_overlapping_iter(sentence));
        found.filter_map(|found| {
            let word = self.words.get(found.pattern().as_usize())?;
            Some((*word, found.range()))
        })
    }
}

/// Builds the automaton that takes least time to build: most catalogs have less text than there are words.
fn build(texts: &[&str]) -> Option<AhoCorasick> {
    let mut builder = AhoCorasick::builder();
    builder
        .kind(Some(AhoCorasickKind::NoncontiguousNFA))
        .prefilter(false);
    builder.build(texts).ok()
}

/// The concept of addresses, which are found by their form.
const ADDRESS: &str = "address";

impl Vocabulary {
    /// Reads lines such as `ignore = ignore | disregard* | ^system:`.
    pub(super) fn parse(text: &'static str) -> Self {
        let mut vocabulary = Self {
            names: vec![ADDRESS],
            words: Vec::new(),
            ascii: Search::default(),
            other: OnceLock::new(),
        };
        for line in entries(text) {
            let Some((name, words)) = line.split_once(" = ") else {
                continue;
            };
            let concept = vocabulary.intern(name.trim());
            for word in split_words(words) {
                let (word, is_first) = match word.strip_prefix('^') {
                    Some(word) => (word, true),
                    None => (word, false),
                };
                let stem = word.strip_suffix('*');
                let text = stem.unwrap_or(word);
                let (first, last) = (text.chars().next(), text.chars().next_back());
                vocabulary.words.push(Word {
                    text,
                    concept,
                    is_first,
                    has_start: first.is_some_and(is_spaced),
                    has_end: stem.is_none() && last.is_some_and(is_spaced),
                });
            }
        }
        vocabulary.ascii = Search::new(&vocabulary.words, str::is_ascii);
        vocabulary
    }

    /// Returns the concept of a name, which is new if no word has it.
    pub(super) fn intern(&mut self, name: &'static str) -> Concept {
        self.concept(name).unwrap_or_else(|| {
            self.names.push(name);
            Concept(self.names.len() - 1)
        })
    }

    /// Returns the concept of a name.
    pub(super) fn concept(&self, name: &str) -> Option<Concept> {
        let index = self.names.iter().position(|known| *known == name);
        index.map(Concept)
    }

    /// Returns the names of concepts that have no words.
    #[cfg(test)]
    pub(super) fn without_words(&self) -> Vec<&'static str> {
        let has_words = |index: usize| self.words.iter().any(|word| word.concept.0 == index);
        let names = self.names.iter().enumerate().skip(1);
        names
            .filter(|(index, _)| !has_words(*index))
            .map(|(_, name)| *name)
            .collect()
    }

    /// Returns the words in a sentence.
    pub(super) fn find(&self, sentence: &str) -> Hits {
        let mut hits = Vec::new();
        let other = (!sentence.is_ascii()).then(|| {
            self.other
                .get_or_init(|| Search::new(&self.words, |text| !text.is_ascii()))
                .find(sentence)
        });
        for (index, found) in self.ascii.find(sentence).chain(other.into_iter().flatten()) {
            let Some(word) = self.words.get(index) else {
                continue;
            };
            let text_before = sentence.get(..found.start).unwrap_or_default();
            if word.is_first && text_before.contains(is_word) {
                continue;
            }
            let before = text_before.chars().next_back();
            let after = sentence.get(found.end..);
            let after = after.and_then(|text| text.chars().next());
            let is_part = word.has_start && before.is_some_and(is_word)
                || word.has_end && after.is_some_and(is_word);
            if !is_part {
                hits.push(Hit {
                    concept: word.concept,
                    start: found.start,
                    end: found.end,
                });
            }
        }
        if !hits.is_empty() {
            hits.extend(find_addresses(sentence));
        }
        Hits::from_list(hits)
    }
}

/// Splits at ` | `, except before a shell, which is a word with a bar.
fn split_words(words: &'static str) -> impl Iterator<Item = &'static str> {
    let shells = ["| sh", "| bash"];
    words
        .split(" | ")
        .map(str::trim)
        .flat_map(move |word| match word {
            "sh" => vec![shells[0]],
            "bash" => vec![shells[1]],
            word => vec![word],
        })
        .filter(|word| !word.is_empty())
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Returns `true` for letters of scripts that separate words with spaces.
fn is_spaced(character: char) -> bool {
    let has_no_spaces = matches!(
        character,
        '\u{E00}'..='\u{EFF}'
            | '\u{1000}'..='\u{109F}'
            | '\u{1780}'..='\u{17FF}'
            | '\u{2E80}'..='\u{D7FF}'
    );
    is_word(character) && !has_no_spaces
}

/// Returns the e-mail addresses, URLs, IP addresses and telephone numbers of a sentence.
fn find_addresses(sentence: &str) -> impl Iterator<Item = Hit> {
    let mut offset = 0;
    let words =
        sentence.split(|character: char| character.is_whitespace() || "()<>,'".contains(character));
    words.filter_map(move |word| {
        let start = offset;
        offset += word.len() + 1;
        // Text without spaces may precede an address.
        let ascii = word.rfind(|character: char| !character.is_ascii());
        let skipped = ascii.map_or(0, |at| {
            let rest = word.get(at..).unwrap_or_default();
            at + rest.chars().next().map_or(0, char::len_utf8)
        });
        let address = word
            .get(skipped..)
            .unwrap_or_default()
            .trim_end_matches(['.', ':', ';']);
        is_address(address).then_some(Hit {
            concept: Concept(0),
            start: start + skipped,
            end: start + skipped + address.len(),
        })
    })
}

fn is_address(word: &str) -> bool {
    let is_url = word.starts_with("http://") || word.starts_with("https://");
    let is_mail = word.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.')
    });
    let is_ip = word.parse::<std::net::Ipv4Addr>().is_ok();
    let is_phone = word.strip_prefix('+').is_some_and(|digits| {
        digits.len() >= 8 && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    is_url || is_mail || is_ip || is_phone
}
