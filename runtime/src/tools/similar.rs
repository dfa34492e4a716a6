//! The tools that a wrong name may mean, by its words.

use std::collections::{BTreeMap, BTreeSet};

use super::Effect;
use super::tool::ToolSpec;
use crate::codec::{misspelt, singular, words};

/// The most tools that are suggested as equally near.
const MAX_NEAREST: usize = 3;

/// The longest name, in bytes, that is compared.
const MAX_NAME_LENGTH: usize = 400;

/// Words that say nothing about a tool.
const FILLERS: [&str; 12] = [
    "a", "all", "an", "by", "for", "id", "in", "my", "of", "single", "the", "to",
];

/// Verbs with the same meaning. A verb that destroys has no softer synonym.
const SYNONYMS: [&[&str]; 5] = [
    &[
        "create", "add", "generate", "insert", "make", "new", "register",
    ],
    &[
        "update", "change", "edit", "modify", "patch", "rename", "set",
    ],
    &["delete", "destroy", "erase", "remove"],
    &["list", "enumerate", "filter", "find", "query", "search"],
    &[
        "get", "describe", "fetch", "lookup", "read", "retrieve", "show", "view",
    ],
];

/// The tools that a wrong name may mean.
#[derive(Debug, Default)]
pub(crate) struct SimilarTools {
    /// The nearest tools, all equally near; empty if none is near enough.
    pub(crate) nearest: Vec<&'static ToolSpec>,
    /// `true` if one of the nearest tools changes something else than what is asked for, perhaps.
    pub(crate) is_guess: bool,
    /// The tools for the kind of record that the name mentions.
    pub(crate) of_record: Vec<&'static ToolSpec>,
}

impl SimilarTools {
    /// Looks for tools that `name` may mean. A tool for another kind of record is never one of them.
    pub(crate) fn of(name: &str, tools: &[&'static ToolSpec]) -> Self {
        if name.len() > MAX_NAME_LENGTH {
            return Self::default();
        }
        let names = tools.iter().map(|tool| tool.name);
        if let Some(nearest) = misspelt(name, names) {
            let nearest = tools.iter().filter(|tool| tool.name == nearest);
            return Self {
                nearest: nearest.copied().collect(),
                is_guess: false,
                of_record: Vec::new(),
            };
        }
        Vocabulary::of(tools).search(name, tools)
    }

    /// Returns the nearest tool, if it is the only one and not a guess.
    pub(crate) fn only(&self) -> Option<&'static ToolSpec> {
        match self.nearest.as_slice() {
            [only] if !self.is_guess => Some(only),
            _ => None,
        }
    }
}

/// The words of the names of all tools.
struct Vocabulary {
    /// Words of most tools, such as the name of the integration.
    common: BTreeSet<String>,
    /// Words for kinds of records.
    records: BTreeSet<String>,
}

impl Vocabulary {
    fn of(tools: &[&ToolSpec]) -> Self {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for tool in tools {
            let words: BTreeSet<String> = singular_words(tool.name).collect();
            for word in words {
                *counts.entry(word).or_default() += 1;
            }
        }
        let is_common = |count: usize| count * 5 >= tools.len() * 4 && tools.len() > 4;
        let common = counts.into_iter().filter(|(_, count)| is_common(*count));
        let common: BTreeSet<String> = common.map(|(word, _)| word).collect();
        let kinds = tools.iter().flat_map(|tool| kinds(tool));
        let records = kinds
            .flat_map(singular_words)
            .filter(|word| !common.contains(word));
        Self {
            records: records.collect(),
            common,
        }
    }

    fn search(&self, name: &str, tools: &[&'static ToolSpec]) -> SimilarTools {
        let asked = Asked {
            words: self.words(name).collect(),
            noun: longest_noun(name, tools),
            is_plural: words(name).iter().any(|word| singular(word) != *word),
        };
        let named: BTreeSet<&String> = asked.words.intersection(&self.records).collect();
        let mut scored: Vec<(Score, &'static ToolSpec)> = Vec::new();
        let mut of_record = Vec::new();
        for tool in tools.iter().copied() {
            let records = self.records_of(tool);
            let is_named = named.iter().all(|word| records.contains(*word));
            if !is_named || !asked.is_about(tool) {
                continue;
            }
            if !named.is_empty() {
                of_record.push(tool);
            }
            let further = records.iter().filter(|word| !named.contains(word)).count();
            if let Some(mut score) = self.score(&asked, tool) {
                score.points -= 25 * number(further);
                scored.push((score, tool));
            }
        }
        let best = scored.iter().map(|(score, _)| score.points).max();
        scored.retain(|(score, _)| Some(score.points) == best);
        if scored.len() > MAX_NEAREST {
            scored.clear();
        }
        SimilarTools {
            is_guess: scored.iter().any(|(score, _)| score.is_guess),
            nearest: scored.into_iter().map(|(_, tool)| tool).collect(),
            of_record,
        }
    }

    /// Returns the words for kinds of records that a tool is about.
    fn records_of(&self, tool: &ToolSpec) -> BTreeSet<String> {
        let noun = record_noun(tool).unwrap_or_default();
        let words = self.words(noun).chain(self.words(tool.name));
        words.filter(|word| self.records.contains(word)).collect()
    }

    /// Returns how well a tool does what is asked for: each word that is not a kind of record counts. At
    /// least half of them have to match, and all of them for a tool that destroys.
    fn score(&self, asked: &Asked, tool: &ToolSpec) -> Option<Score> {
        let own: BTreeSet<String> = self.words(tool.name).collect();
        let actions: Vec<&String> = asked.words.difference(&self.records).collect();
        let mut used = BTreeSet::new();
        let mut points: Vec<i32> = Vec::new();
        for action in &actions {
            let (word, score) = asked.match_action(action, &own, tool);
            used.extend(word);
            points.push(score);
        }
        let matched = points.iter().filter(|points| **points > 0).count();
        if actions.is_empty() || matched * 2 < actions.len() {
            return None;
        }
        // To undo a deletion is not to delete.
        let is_guess = matched < actions.len() && tool.effect != Effect::Reads;
        if is_guess && tool.effect == Effect::Destroys {
            return None;
        }
        let is_unused = |word: &&String| {
            !used.contains(*word) && !self.records.contains(*word) && !is_verb(word)
        };
        let unused = own.iter().filter(is_unused).count();
        // To delete a user is not to take a role from one.
        if unused > 0 && tool.effect == Effect::Destroys {
            return None;
        }
        let number_fits = asked.is_plural == (tool.method == "list");
        let bonus = if number_fits { 5 } else { 0 };
        Some(Score {
            points: points.iter().sum::<i32>() + bonus - 10 * number(unused),
            is_guess,
        })
    }

    /// Returns the words of a name that say something.
    fn words<'a>(&'a self, name: &str) -> impl Iterator<Item = String> + use<'a> {
        let words: Vec<String> = singular_words(name).collect();
        let says = |word: &String| !self.common.contains(word) && !FILLERS.contains(&word.as_str());
        words.into_iter().filter(says)
    }
}

/// The likeness of a tool to a name.
struct Score {
    points: i32,
    /// `true` if the tool changes something, and does not have all words for what is asked for.
    is_guess: bool,
}

/// The name that is looked for.
struct Asked {
    /// Its words that say something.
    words: BTreeSet<String>,
    /// The noun in it, if it is that of a kind of record: `api key`.
    noun: Option<Vec<String>>,
    is_plural: bool,
}

impl Asked {
    /// Returns `true` if a tool is about the record that is asked for.
    fn is_about(&self, tool: &ToolSpec) -> bool {
        let Some(noun) = &self.noun else {
            return true;
        };
        let named: Vec<String> = singular_words(tool.name).collect();
        let own = record_noun(tool).map(|noun| singular_words(noun).collect::<Vec<_>>());
        contains(&named, noun) || own.as_ref() == Some(noun)
    }

    /// Returns the word of a tool that an action matches, and how well.
    fn match_action(
        &self,
        action: &str,
        own: &BTreeSet<String>,
        tool: &ToolSpec,
    ) -> (Option<String>, i32) {
        let mut described = tool.description.split_whitespace();
        let synonyms = SYNONYMS.iter().find(|synonyms| synonyms.contains(&action));
        let is_reading = synonyms.is_some_and(|synonyms| synonyms.contains(&"get"));
        let synonym =
            synonyms.and_then(|synonyms| synonyms.iter().find(|other| own.contains(**other)));
        if self.is_plural && is_reading && tool.method == "list" {
            (Some("list".to_owned()), 100)
        } else if own.contains(action) {
            (Some(action.to_owned()), 100)
        } else if described
            .next()
            .is_some_and(|first| first.eq_ignore_ascii_case(action))
        {
            (None, 95)
        } else if let Some(synonym) = synonym {
            (Some((*synonym).to_owned()), 90)
        } else {
            (None, -20)
        }
    }
}

fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 1000)
}

/// Returns the longest noun for a kind of record in a name.
fn longest_noun(name: &str, tools: &[&ToolSpec]) -> Option<Vec<String>> {
    let named: Vec<String> = singular_words(name).collect();
    let nouns = tools.iter().flat_map(|tool| kinds(tool));
    let nouns = nouns.map(|noun| singular_words(noun).collect::<Vec<_>>());
    let mentioned = nouns.filter(|noun| contains(&named, noun));
    mentioned.max_by_key(Vec::len)
}

/// Returns `true` if words contain others one after the other.
fn contains(words: &[String], others: &[String]) -> bool {
    !others.is_empty() && words.windows(others.len()).any(|window| window == others)
}

fn is_verb(word: &str) -> bool {
    SYNONYMS.iter().any(|synonyms| synonyms.contains(&word))
}

/// Returns the nouns for the kinds of records that a tool takes or returns.
fn kinds(tool: &ToolSpec) -> impl Iterator<Item = &'static str> + use<'_> {
    let taken = tool.takes.iter().map(|argument| argument.kind().noun);
    taken.chain(tool.gives.iter().map(|field| field.kind().noun))
}

/// Returns the noun for the kind of record that a tool acts on.
fn record_noun(tool: &ToolSpec) -> Option<&'static str> {
    let argument = tool
        .takes
        .iter()
        .find(|argument| argument.pointer() == "/id");
    let field = || tool.gives.iter().find(|field| field.pointer() == "/id");
    let noun = argument.map(|argument| argument.kind().noun);
    noun.or_else(|| field().map(|field| field.kind().noun))
}

fn singular_words(name: &str) -> impl Iterator<Item = String> + use<> {
    words(name).into_iter().map(|word| singular(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codegen::Shape;

    /// Returns a tool with the name and the effect.
    const fn named(name: &'static str, effect: Effect) -> ToolSpec {
        ToolSpec::new(name, effect, &Shape::IN_BODY, Ok)
    }

    static TOOLS: [ToolSpec; 6] = [
        named("create_invoice", Effect::Writes),
        named("delete_invoice", Effect::Destroys),
        named("get_invoice", Effect::Reads),
        named("send_invoice", Effect::Writes),
        named("send_reminder", Effect::Writes),
        named("update_invoice", Effect::Writes),
    ];

    #[test]
    fn a_write_does_not_lead_to_another_one_unseen() {
        let tools: Vec<&'static ToolSpec> = TOOLS.iter().collect();
        for (name, nearest, is_guess) in [
            ("send_invoice_now", &["send_invoice"][..], true),
            ("void_update_invoice", &["update_invoice"], true),
            ("undo_delete_invoice", &[], false),
            ("restore_deleted_invoice", &[], false),
            ("make_invoice", &["create_invoice"], false),
            ("remove_invoice", &["delete_invoice"], false),
            ("udpate_invoice", &["update_invoice"], false),
            ("unsend_invoice", &[], false),
            ("preview_get_invoice", &["get_invoice"], false),
        ] {
            let similar = SimilarTools::of(name, &tools);
            let names: Vec<&str> = similar.nearest.iter().map(|tool| tool.name).collect();
            assert_eq!(names, nearest, "{name}");
            assert_eq!(similar.is_guess, is_guess, "{name}");
            assert_eq!(similar.only().is_some(), !nearest.is_empty() && !is_guess);
        }
    }
}
