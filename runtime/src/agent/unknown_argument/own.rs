//! The arguments of the tool itself that an unknown one may be.

use super::{UnknownArgument, is_at_top};
use crate::agent::pointer;
use crate::codec::{Json, fold, words};
use crate::tools::IdArgument;

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

impl UnknownArgument<'_> {
    /// An argument that is spelt almost like it. An identifier of another kind is not: `accountId` is
    /// not `customAccountId`, however they are spelt.
    pub(super) fn own_spelling(&self) -> Option<String> {
        let nearest = self.nearest?;
        let kind = self.tools.kind_of_argument(&self.name);
        let own = self.identifier(nearest).map(IdArgument::kind);
        let is_other = kind.is_some_and(|kind| own.is_none_or(|own| own.name != kind.name));
        let is_same = fold(nearest) == fold(&self.name);
        (is_same || !is_other).then(|| nearest.clone())
    }

    /// The argument for an identifier of the kind that the name says: `keyId`, `apiKey` and
    /// `api_key_id` for the `id` of an API key.
    pub(super) fn own_identifier(&self) -> Option<String> {
        let mut named = words(&self.name);
        named.retain(|word| !matches!(word.as_str(), "id" | "identifier" | "uuid"));
        // `account` is an account, and not a custom account, if there are accounts.
        let exact = self.tools.kind_of_noun(&named);
        let is_meant = |argument: &&IdArgument| {
            let is_free = self.arguments.pointer(argument.pointer()).is_none();
            let fits = match exact {
                Some(exact) => argument.kind().name == exact.name,
                None if named.is_empty() => argument.pointer() == "/id",
                None => words(argument.kind().noun).ends_with(&named),
            };
            is_free && fits && is_at_top(argument)
        };
        let mut meant = self.tool.takes.iter().filter(is_meant);
        match (meant.next(), meant.next()) {
            (Some(only), None) => Some(pointer::last_name(only.pointer()).to_owned()),
            _ => None,
        }
    }

    /// The argument for one value, if a list of values is given under its plural: `ids`.
    pub(super) fn one_of_list(&self) -> Option<&'static str> {
        self.value.as_array()?;
        let folded = fold(&self.name);
        let is_plural = |name: &str| folded.strip_suffix('s') == Some(fold(name).as_str());
        let mut names = self.tool.shape.fields().map(|field| field.name);
        names.find(|name| is_plural(name) && self.arguments.get(*name).is_none())
    }

    /// The only missing argument whose words the name has, or the other way round: `apiKey` for `key`,
    /// `projectName` for `name`, and `id` for `invitationId`.
    pub(super) fn missing_argument(&self) -> Option<String> {
        let named = words(&self.name);
        let other = self.tools.kind_of_argument(&self.name);
        let is_meant = |name: &&&'static str| {
            let own = words(name);
            let kind = self.identifier(name).map(IdArgument::kind);
            let may_be = match (kind, other) {
                (kind, Some(other)) => kind.is_some_and(|kind| kind.name == other.name),
                // The identifier of a list is not that of its records.
                (Some(_), None) => self.tool.method != "list",
                (None, None) => true,
            };
            // Many identifiers end in `id`.
            let is_longer = own != ["id"] && named.ends_with(&own);
            may_be && (is_longer || own.ends_with(&named))
        };
        let missing = self.tool.shape.required.iter();
        let missing = missing.filter(|name| self.arguments.get(**name).is_none());
        let mut meant = missing.filter(is_meant);
        match (meant.next(), meant.next()) {
            (Some(only), None) if !named.is_empty() => Some((*only).to_owned()),
            _ => None,
        }
    }

    /// Returns the arguments that contain the value in its place inside another argument, together
    /// with the others that belong there.
    pub(super) fn inside(&self) -> Option<Json> {
        if self
            .nearest
            .is_some_and(|nearest| fold(nearest) == fold(&self.name))
        {
            return None;
        }
        let nested = &self.unknown.nested;
        let outer = nested.path(&self.name)?.first()?;
        let mut arguments = serde_json::Map::new();
        if let Some(known) = self.arguments.get(outer).filter(|known| known.is_object()) {
            arguments.insert(outer.clone(), known.clone());
        }
        for name in &self.unknown.names {
            let place = nested
                .path(name)
                .filter(|place| place.first() == Some(outer));
            if let (Some(place), Some(value)) = (place, self.arguments.get(name)) {
                put(&mut arguments, place, value);
            }
        }
        Some(Json::Object(arguments))
    }

    pub(super) fn page_size(&self) -> Option<String> {
        let sizes = |name: &str| SIZE_NAMES.contains(&fold(name).as_str());
        let mut fields = self.tool.shape.fields();
        let own = fields.find(|field| sizes(field.name))?;
        let is_free = self.arguments.get(own.name).is_none();
        (sizes(&self.name) && is_free).then(|| own.name.to_owned())
    }
}

/// Puts a value at a path, with the objects that lead to it.
fn put(fields: &mut serde_json::Map<String, Json>, path: &[String], value: &Json) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    if rest.is_empty() {
        fields.insert(first.clone(), value.clone());
        return;
    }
    let inner = fields
        .entry(first.clone())
        .or_insert_with(|| Json::Object(serde_json::Map::new()));
    if let Json::Object(inner) = inner {
        put(inner, rest, value);
    }
}
