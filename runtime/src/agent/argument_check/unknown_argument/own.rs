//! The arguments of the tool itself that an unknown one may be.

use toolsmith_dialect::json_pointer::escape;

use super::UnknownArgument;
use crate::agent::argument_check::contract;
use crate::agent::tool_set::offered::{record_kind, top_name};
use crate::codec::{fold, is_plain_name, singular, words};
use crate::redactor::is_secret_name;
use crate::tools::{IdArgument, IdKind};

/// Names for the number of records of a page, without case and separators.
const SIZE_NAMES: [&str; 14] = [
    "count",
    "first",
    "limit",
    "max",
    "maxcount",
    "maxitems",
    "maxrecords",
    "maxresults",
    "pagelimit",
    "pagesize",
    "perpage",
    "resultsperpage",
    "size",
    "top",
];

/// Words before a name that do not change its meaning: `newRole` is the role. `oldRole`, `maxAmount` and
/// `excludedRole` are something else, so only these words, and those of the tool, are left out.
const HARMLESS: [&str; 7] = ["custom", "given", "its", "my", "new", "the", "this"];

/// Words that turn a name around, or narrow it: an argument that begins with one is not meant by a name
/// without it.
const TURNING: [&str; 34] = [
    "after",
    "before",
    "except",
    "excepted",
    "exclude",
    "excluded",
    "excludes",
    "excluding",
    "former",
    "from",
    "ignore",
    "ignored",
    "keep",
    "max",
    "maximum",
    "min",
    "minimum",
    "no",
    "non",
    "not",
    "old",
    "omit",
    "omitted",
    "original",
    "other",
    "prev",
    "previous",
    "retain",
    "since",
    "skip",
    "skipped",
    "to",
    "until",
    "without",
];

/// The last words of names that say the unit of a number.
const UNITS: [&str; 49] = [
    "bytes",
    "cent",
    "cents",
    "cm",
    "day",
    "days",
    "eur",
    "feet",
    "ft",
    "g",
    "gb",
    "gbp",
    "grams",
    "h",
    "hour",
    "hours",
    "hrs",
    "inches",
    "kb",
    "kg",
    "kilograms",
    "km",
    "l",
    "lb",
    "lbs",
    "m",
    "mb",
    "meters",
    "mg",
    "miles",
    "millis",
    "min",
    "mins",
    "minute",
    "minutes",
    "ml",
    "mm",
    "months",
    "ms",
    "oz",
    "percent",
    "pounds",
    "s",
    "sec",
    "secs",
    "seconds",
    "usd",
    "weeks",
    "years",
];

/// Words before the name of a flag: `isActive` is `active`.
const FLAG_WORDS: [&str; 4] = ["are", "has", "is", "was"];

/// Words for an identifier.
const ID_WORDS: [&str; 4] = ["id", "identifier", "ids", "uuid"];

impl UnknownArgument<'_> {
    /// The argument that was probably meant, unless another unknown one means the same.
    pub(super) fn meant_alone(&self) -> Option<String> {
        let mut all = self.all_meant();
        let (_, meant) = all.find(|(name, _)| *name == self.name)?;
        let meant = meant?;
        let folded = fold(meant);
        let is_spelt = |name: &str| fold(name) == folded;
        let mut others = self.all_meant().filter(|(name, _)| *name != self.name);
        let is_meant_twice = !is_spelt(&self.name)
            && others.any(|(name, other)| is_spelt(name) || other == Some(meant));
        (!is_meant_twice).then(|| meant.to_owned())
    }

    pub(super) fn meant(&self) -> Option<String> {
        let meant = self.own_spelling().or_else(|| self.own_flag());
        let meant = meant.or_else(|| self.own_identifier());
        let meant = meant.or_else(|| self.page_size());
        meant.or_else(|| self.longer_or_shorter())
    }

    /// An argument that is spelt almost like it, and is not given. An identifier of another kind is not:
    /// `accountId` is not `customAccountId`, however they are spelt.
    fn own_spelling(&self) -> Option<String> {
        let nearest = self.nearest?;
        if fold(nearest) == fold(&self.name) {
            return Some(nearest.clone());
        }
        let kind = self.tools.kind_of_argument(&self.name);
        let own = self.kind_of_own(nearest);
        let is_other = kind.is_some_and(|kind| own.is_none_or(|own| own.name != kind.name));
        (!is_other && self.is_free(nearest)).then(|| nearest.clone())
    }

    /// The flag of this name: `active` for `isActive`, and the other way round.
    fn own_flag(&self) -> Option<String> {
        let named = self.value.is_boolean().then(|| flag_words(&self.name))?;
        let is_plain = is_plain_name(&self.name);
        let mut free = self.free_names();
        let found = free.find(|name| is_plain && flag_words(name) == named)?;
        Some(found.to_owned())
    }

    /// The argument for an identifier of the kind that the name says: `keyId`, `apiKey` and
    /// `api_key_id` for the `id` of an API key.
    fn own_identifier(&self) -> Option<String> {
        let mut named = words(&self.name);
        let count = named.len();
        named.retain(|word| !ID_WORDS.contains(&word.as_str()));
        // The `key` of an API key is its value, and a field of a record is not an identifier of it.
        let is_value = named.len() == count && self.is_field();
        if is_value || !is_plain_name(&self.name) {
            return None;
        }
        // `account` is an account, and not a custom account, if there are accounts.
        let exact = self.tools.kind_of_noun(&named);
        let is_meant = |argument: &&IdArgument| {
            let name = top_name(argument.pointer());
            let fits = match exact {
                Some(exact) => argument.kind().name == exact.name,
                None if named.is_empty() => argument.pointer() == "/id",
                None => words(argument.kind().noun).ends_with(&named),
            };
            fits && name.is_some_and(|name| self.is_free(name))
        };
        let mut meant = self.tool.takes.iter().filter(is_meant);
        match (meant.next(), meant.next()) {
            (Some(only), None) => top_name(only.pointer()).map(str::to_owned),
            _ => None,
        }
    }

    /// The argument for one value, if a list of values is given under its plural: `ids`.
    pub(super) fn one_of_list(&self) -> Option<&'static str> {
        self.value.as_array()?;
        let folded = fold(&self.name);
        let is_plural = |name: &str| folded.strip_suffix('s') == Some(fold(name).as_str());
        let mut names = self.free_names();
        names.find(|name| is_plural(name) && is_plain_name(&self.name))
    }

    /// The only argument whose name is longer or shorter by words that do not change its meaning:
    /// `projectName` for `name`, and `id` for `invitationId`. A shorter name is only a missing argument.
    fn longer_or_shorter(&self) -> Option<String> {
        let named = words(&self.name);
        let other = self.tools.kind_of_argument(&self.name);
        let is_meant = |name: &&'static str| {
            let own = words(name);
            let kind = self.kind_of_own(name);
            let may_be = match (kind, other) {
                (kind, Some(other)) => kind.is_some_and(|kind| kind.name == other.name),
                // The identifier of a list is not that of its records.
                (Some(_), None) => self.tool.method != "list",
                (None, None) => true,
            };
            // Many identifiers end in `id`.
            let lead = named.strip_suffix(own.as_slice());
            let is_longer = own
                .last()
                .is_some_and(|last| !ID_WORDS.contains(&last.as_str()))
                && lead.is_some_and(|lead| self.are_harmless(lead));
            let before = own.strip_suffix(named.as_slice());
            let turns = |word: &String| TURNING.contains(&word.as_str());
            let after = own.strip_prefix(named.as_slice());
            let is_end = |after: &[String]| {
                let is_unit = |word: &String| UNITS.contains(&word.as_str());
                !after.iter().any(turns) && !after.iter().any(is_unit) && self.fits(name)
            };
            let is_shorter = self
                .tool
                .shape
                .required_names()
                .any(|required| required == *name)
                && (before.is_some_and(|before| !before.iter().any(turns))
                    || after.is_some_and(is_end));
            may_be && (is_longer || is_shorter)
        };
        let mut meant = self.free_names().filter(is_meant);
        match (meant.next(), meant.next()) {
            (Some(only), None) if !named.is_empty() && is_plain_name(&self.name) => {
                Some(only.to_owned())
            }
            _ => None,
        }
    }

    /// Returns `true` if words before a name say nothing but what the tool says.
    fn are_harmless(&self, before: &[String]) -> bool {
        let tool = self.tool;
        let noun = record_kind(tool).map_or("", |kind| kind.noun);
        let named = [tool.name, tool.resource, tool.method, noun];
        let own: Vec<String> = named
            .into_iter()
            .flat_map(words)
            .map(|word| singular(&word))
            .collect();
        before.iter().all(|word| {
            HARMLESS.contains(&word.as_str())
                || own.contains(&singular(word)) && !TURNING.contains(&word.as_str())
        })
    }

    /// Returns the kind of the identifiers that the tool takes under this name.
    pub(super) fn kind_of_own(&self, name: &str) -> Option<&'static IdKind> {
        let mut taken = self.tool.takes.iter();
        let own = taken.find(|taken| top_name(taken.pointer()) == Some(name))?;
        Some(own.kind())
    }

    /// Returns the names of the arguments that are not given.
    fn free_names(&self) -> impl Iterator<Item = &'static str> {
        let names = self.tool.argument_names();
        names.filter(|name| self.is_free(name))
    }

    /// Returns `true` if an argument is given, maybe under another name.
    pub(super) fn is_given(&self, name: &str) -> bool {
        !self.is_free(name) || self.all_meant().any(|(_, meant)| meant == Some(name))
    }

    /// The name of the same value in another unit, among these: `weight_kg` for `weight_g` and `weight`.
    pub(super) fn other_unit(&self, names: &[String]) -> Option<String> {
        let (base, _) = without_unit(words(&self.name));
        let is_meant = |name: &&String| {
            let (own, unit) = without_unit(words(name));
            unit.is_some() && own == base
        };
        let mut meant = names.iter().filter(is_meant);
        match (meant.next(), meant.next()) {
            (Some(only), None) if is_plain_name(&self.name) => Some(only.clone()),
            _ => None,
        }
    }

    /// Returns `true` if the value is one that the tool accepts as the argument `name`.
    fn fits(&self, name: &str) -> bool {
        let arguments = super::object([(name, self.value.clone())]);
        let path = format!("/{}", escape(name));
        let problems = contract::problems(self.tool, &arguments);
        problems
            .iter()
            .all(|problem| !problem.path.starts_with(&path))
    }

    fn is_free(&self, name: &str) -> bool {
        self.arguments.get(name).is_none()
    }

    pub(super) fn page_size(&self) -> Option<String> {
        let sizes = |name: &str| SIZE_NAMES.contains(&fold(name).as_str());
        let mut fields = self.tool.shape.fields();
        let own = fields.find(|field| sizes(field.name))?;
        let is_meant = sizes(&self.name) && is_plain_name(&self.name) && self.is_free(own.name);
        is_meant.then(|| own.name.to_owned())
    }

    /// Returns `true` for the name of a secret, by which no record is found.
    pub(super) fn is_secret(&self) -> bool {
        is_secret_name(&self.name)
    }
}

/// Returns the words of a name without the unit at its end, and the unit.
fn without_unit(mut words: Vec<String>) -> (Vec<String>, Option<String>) {
    let is_unit = words.len() > 1
        && words
            .last()
            .is_some_and(|last| UNITS.contains(&last.as_str()));
    let unit = if is_unit { words.pop() } else { None };
    (words, unit)
}

/// Returns the words of the name of a flag, without the verb before them.
fn flag_words(name: &str) -> Vec<String> {
    let mut words = words(name);
    if words.len() > 1
        && words
            .first()
            .is_some_and(|first| FLAG_WORDS.contains(&first.as_str()))
    {
        words.remove(0);
    }
    words
}
