//! Rules: the concepts that make a phrase.

use std::ops::Range;

use super::vocabulary::{Concept, Hit, Hits, Vocabulary};

/// The bytes before a phrase in which an exception is looked for.
const BEFORE: usize = 30;

/// The most bytes of a character.
const MAX_CHARACTER: usize = 4;

/// A phrase as a list of concepts.
#[derive(Debug)]
pub(super) struct Rule {
    /// The cause.
    pub(super) cause: &'static str,
    concepts: Vec<Concept>,
    order: Order,
    /// The greatest length in characters.
    max_length: usize,
    /// The concepts that must not be before the end of the phrase.
    exceptions: Vec<Concept>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// The concepts follow one another.
    Fixed,
    /// The concepts have any order.
    Any,
}

/// Reads a rule such as `cause: one > two < 60 unless three, four`.
pub(super) fn parse(line: &'static str, vocabulary: &mut Vocabulary) -> Option<Rule> {
    let (cause, rest) = line.split_once(": ")?;
    let (rest, exceptions) = rest.split_once(" unless ").unwrap_or((rest, ""));
    let (concepts, length) = rest.split_once(" < ").unwrap_or((rest, "1000"));
    let (order, separator) = if concepts.contains(" > ") {
        (Order::Fixed, " > ")
    } else {
        (Order::Any, " + ")
    };
    let exceptions = exceptions.split(", ").filter(|name| !name.is_empty());
    let exceptions = exceptions.map(|name| vocabulary.intern(name)).collect();
    let concepts = concepts.split(separator);
    let concepts = concepts.map(|name| vocabulary.intern(name)).collect();
    Some(Rule {
        cause,
        concepts,
        order,
        max_length: length.trim().parse().ok()?,
        exceptions,
    })
}

impl Rule {
    /// Returns the place of the phrase among the words of a sentence.
    pub(super) fn find(&self, sentence: &str, hits: &Hits) -> Option<Range<usize>> {
        let (first, others) = self.concepts.split_first()?;
        if others.iter().any(|concept| hits.of(*concept).is_empty()) {
            return None;
        }
        let mut starts = hits.of(*first).iter();
        starts.find_map(|start| self.find_at(sentence, hits, *start, others))
    }

    /// Returns the place of the phrase whose first concept is at `start`.
    fn find_at(
        &self,
        sentence: &str,
        hits: &Hits,
        start: Hit,
        others: &[Concept],
    ) -> Option<Range<usize>> {
        // Words farther away make the phrase too long.
        let reach = self.max_length * MAX_CHARACTER;
        let near = match self.order {
            Order::Fixed => start.end..start.start + reach,
            Order::Any => start.start.saturating_sub(reach)..start.end + reach,
        };
        let mut used = vec![start];
        let mut span = start.start..start.end;
        for concept in others {
            let fits = |hit: &&Hit| {
                let is_free = |other: &Hit| hit.start >= other.end || other.start >= hit.end;
                let follows = used.last().is_none_or(|last| hit.start >= last.end);
                used.iter().all(is_free) && (self.order == Order::Any || follows)
            };
            let candidates = hits.within(*concept, near.clone()).iter().filter(fits);
            let next = candidates.min_by_key(|hit| extended(&span, hit).len())?;
            span = extended(&span, next);
            used.push(*next);
        }
        let before = span.start.saturating_sub(BEFORE)..span.end;
        let mut exceptions = self.exceptions.iter();
        let is_excepted =
            exceptions.any(|concept| !hits.within(*concept, before.clone()).is_empty());
        let length = sentence.get(span.clone())?.chars().count();
        (length <= self.max_length && !is_excepted).then_some(span)
    }
}

fn extended(span: &Range<usize>, hit: &Hit) -> Range<usize> {
    span.start.min(hit.start)..span.end.max(hit.end)
}
