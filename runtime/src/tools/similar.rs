//! The tools that a wrong name may mean, by its words.

use std::collections::{BTreeMap, BTreeSet};

use super::tool::ToolSpec;
use crate::codec::{nearest_name, words};

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
        if let Some(nearest) = nearest_name(name, names) {
            let nearest = tools.iter().filter(|tool| tool.name == nearest);
            return Self {
                nearest: nearest.copied().collect(),
                of_record: Vec::new(),
            };
        }
        Vocabulary::of(tools).search(name, tools)
    }

    /// Returns the nearest tool, if it is the only one.
    pub(crate) fn only(&self) -> Option<&'static ToolSpec> {
        match self.nearest.as_slice() {
            [only] => Some(only),
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
        let is_plural = words(name).iter().any(|word| singular(word) != *word);
        let asked: BTreeSet<String> = self.words(name).collect();
        let records = |tool: &ToolSpec| {
            let of_kind = record_noun(tool)
                .into_iter()
                .flat_map(|noun| self.words(noun));
            let records = of_kind.chain(self.words(tool.name));
            records
                .filter(|word| self.records.contains(word))
                .collect::<BTreeSet<_>>()
        };
        let mut scored: Vec<(i32, &'static ToolSpec)> = Vec::new();
        let mut of_record = Vec::new();
        let asked_records: BTreeSet<String> = asked.intersection(&self.records).cloned().collect();
        for tool in tools.iter().copied() {
            let records = records(tool);
            if !asked_records.is_subset(&records) {
                continue;
            }
            // `user` is the record of `user_roles`, but `account` is not that of `account_keys`.
            if !asked_records.is_empty() {
                of_record.push(tool);
            }
            let further = i32::try_from(records.difference(&asked_records).count());
            let Some(score) = self.score(&asked, tool, is_plural) else {
                continue;
            };
            scored.push((score - 25 * further.unwrap_or(i32::MAX / 100), tool));
        }
        let best = scored.iter().map(|(score, _)| *score).max();
        let nearest = scored.into_iter().filter(|(score, _)| Some(*score) == best);
        let mut nearest: Vec<&'static ToolSpec> = nearest.map(|(_, tool)| tool).collect();
        if nearest.len() > MAX_NEAREST {
            nearest.clear();
        }
        SimilarTools { nearest, of_record }
    }

    /// Returns how well a tool matches the words that are asked for, if it does what they say: each
    /// word that is not a kind of record counts, and at least half of them have to match.
    fn score(&self, asked: &BTreeSet<String>, tool: &ToolSpec, is_plural: bool) -> Option<i32> {
        let own: BTreeSet<String> = self.words(tool.name).collect();
        let described = tool
            .description
            .split_whitespace()
            .next()
            .map(str::to_lowercase);
        let mut sum = 0;
        let (mut actions, mut matched) = (0_usize, 0_usize);
        let mut used = BTreeSet::new();
        for word in asked.difference(&self.records) {
            actions += 1;
            let synonyms = SYNONYMS
                .iter()
                .find(|synonyms| synonyms.contains(&word.as_str()));
            let synonym =
                synonyms.and_then(|synonyms| synonyms.iter().find(|other| own.contains(**other)));
            let points = if own.contains(word) {
                used.insert(word.as_str());
                100
            } else if described.as_ref() == Some(word) {
                95
            } else if let Some(other) = synonym {
                used.insert(other);
                90
            } else {
                -20
            };
            matched += usize::from(points > 0);
            sum += points;
        }
        if actions == 0 || matched * 2 < actions {
            return None;
        }
        let unused = own.iter().filter(|word| {
            !used.contains(word.as_str()) && !self.records.contains(*word) && !is_verb(word)
        });
        sum -= 10 * i32::try_from(unused.count()).unwrap_or(i32::MAX / 100);
        if is_plural == (tool.method == "list") {
            sum += 5;
        }
        Some(sum)
    }

    /// Returns the words of a name that say something.
    fn words<'a>(&'a self, name: &str) -> impl Iterator<Item = String> + use<'a> {
        let words: Vec<String> = singular_words(name).collect();
        let says = |word: &String| !self.common.contains(word) && !FILLERS.contains(&word.as_str());
        words.into_iter().filter(says)
    }
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

fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) if word.len() > 4 => format!("{stem}y"),
        _ => match word.strip_suffix('s') {
            Some(stem) if word.len() > 3 && !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
            _ => word.to_owned(),
        },
    }
}
