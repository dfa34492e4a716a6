//! Phrases that the project avoids, and better ones.

/// A phrase to avoid.
struct Habit {
    phrase: &'static str,
    better: &'static str,
    /// Words before the phrase with which it is fine.
    after: &'static [&'static str],
    /// Words after the phrase with which it is fine.
    before: &'static [&'static str],
}

impl Habit {
    const fn new(phrase: &'static str, better: &'static str) -> Self {
        Self {
            phrase,
            better,
            after: &[],
            before: &[],
        }
    }

    /// Allows the phrase after or before these words.
    const fn unless(
        mut self,
        after: &'static [&'static str],
        before: &'static [&'static str],
    ) -> Self {
        self.after = after;
        self.before = before;
        self
    }
}

const HABITS: &[Habit] = &[
    Habit::new("all the same", "still, anyway"),
    Habit::new("anew", "again"),
    Habit::new("are no", "are not").unless(&["there"], &["longer", "more"]),
    Habit::new("as it came", "unchanged"),
    Habit::new("as it stands", "as it is, unchanged"),
    Habit::new("as they came", "unchanged"),
    Habit::new("as they stand", "as they are, unchanged"),
    Habit::new("as they were", "unchanged"),
    Habit::new("beside", "next to"),
    Habit::new("besides", "in addition to"),
    Habit::new("for good", "permanently").unless(&[], &["reason", "reasons", "measure"]),
    Habit::new("for the sake of", "for"),
    Habit::new("gave up", "cancelled, stopped"),
    Habit::new("give up", "cancel, stop"),
    Habit::new("given up", "cancelled, stopped"),
    Habit::new("gives up", "cancels, stops"),
    Habit::new("in so many words", "explicitly"),
    Habit::new("is no", "is not a").unless(&["there"], &["longer", "more"]),
    Habit::new("is none", "is not one").unless(&["there"], &[]),
    Habit::new("nobody", "no one"),
    Habit::new("nothing else is said", "not configured otherwise"),
    Habit::new("of its own", "separate"),
    Habit::new("of their own", "separate"),
    Habit::new("said otherwise", "configured"),
    Habit::new("say otherwise", "configure"),
    Habit::new("says otherwise", "configures"),
    Habit::new("so many", "this many").unless(&[], &["words"]),
    Habit::new("somebody", "a user, the caller"),
    Habit::new("something else is said", "configured otherwise"),
    Habit::new("stands", "is, appears"),
    Habit::new("the long way", "the slow path"),
    Habit::new("told", "logged, reported"),
    Habit::new("was said", "was set, requested"),
    Habit::new("were said", "were set, requested"),
    Habit::new("what comes back", "the response, the result"),
    Habit::new("whatever", "any, regardless of"),
    Habit::new("whatever it is", "of any kind"),
    Habit::new("where it matters", "if needed"),
    Habit::new("who asks whom", "the request"),
    Habit::new("whoever", "the caller"),
];

/// Returns the phrases in a text, each with its offset and a message.
pub(super) fn find(text: &str) -> Vec<(usize, String)> {
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<(usize, String)> = Vec::new();
    for habit in HABITS {
        for (at, _) in lower.match_indices(habit.phrase) {
            if is_habit(habit, &lower, at) && found.iter().all(|(other, _)| *other != at) {
                found.push((at, format!("`{}`: write {}", habit.phrase, habit.better)));
            }
        }
    }
    found
}

fn is_habit(habit: &Habit, text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let after = text.get(at + habit.phrase.len()..).unwrap_or_default();
    let is_part = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-' | '\'' | '’');
    if before.ends_with(is_part) || after.starts_with(is_part) {
        return false;
    }
    let last = before.split_whitespace().next_back().unwrap_or_default();
    let next = after.split_whitespace().next().unwrap_or_default();
    let next = next.trim_end_matches(|char: char| !char.is_alphanumeric());
    !habit.after.contains(&last) && !habit.before.contains(&next)
}
