//! The advice for an argument that a tool does not have.

use super::advice::Advice;
use super::contract;
use super::offered::{OfferedTools, argument_of, record_kind};
use super::pointer;
use super::repair::{Fix, wrapped_arguments};
use super::schema::{self, NestedArguments};
use crate::codec::{Json, Problem, ProblemKind, fold, words};
use crate::json_pointer::split;
use crate::tools::{Effect, IdArgument, ToolSpec};

/// Names for the place of a page in a list, without case and separators.
const PAGE_NAMES: [&str; 17] = [
    "after",
    "continuationtoken",
    "cursor",
    "from",
    "nextpage",
    "nextpagetoken",
    "nexttoken",
    "offset",
    "page",
    "pagecursor",
    "pageindex",
    "pagenumber",
    "pageno",
    "pagetoken",
    "skip",
    "start",
    "startingafter",
];

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

/// The way out of an unknown argument.
pub(super) enum WayOut {
    /// This argument was probably meant.
    Meant(String),
    /// Something else is to be done.
    Advice(Advice),
}

/// A call with an unknown argument.
pub(super) struct UnknownArgument<'a> {
    tool: &'static ToolSpec,
    arguments: &'a Json,
    tools: OfferedTools<'a>,
    unknown: &'a UnknownNames,
    name: String,
    value: &'a Json,
    /// The name that is spelt almost like it.
    nearest: Option<&'a String>,
}

/// The names of all unknown arguments at the top, and the nested arguments that they may be.
#[derive(Debug, Default)]
pub(super) struct UnknownNames {
    names: Vec<String>,
    nested: NestedArguments,
}

impl UnknownNames {
    pub(super) fn of(tool: &ToolSpec, problems: &[Problem]) -> Self {
        let unknown = problems.iter().filter_map(|problem| match problem.kind {
            ProblemKind::Unknown { .. } => split(&problem.path),
            _ => None,
        });
        let at_top = unknown.filter(|(parent, _)| parent.is_empty());
        let names: Vec<String> = at_top.map(|(_, name)| name).collect();
        if names.is_empty() {
            return Self::default();
        }
        let nested = NestedArguments::of(tool);
        Self { names, nested }
    }
}

/// Returns the way out of a problem, if it is an unknown argument.
pub(super) fn way_out<'a>(
    tool: &'static ToolSpec,
    arguments: &'a Json,
    tools: OfferedTools<'a>,
    unknown: &'a UnknownNames,
    problem: &'a Problem,
) -> Option<WayOut> {
    let ProblemKind::Unknown { nearest } = &problem.kind else {
        return None;
    };
    let (parent, name) = split(&problem.path)?;
    let value = arguments.pointer(&problem.path).unwrap_or(&Json::Null);
    let argument = UnknownArgument {
        tool,
        arguments,
        tools,
        unknown,
        name,
        value,
        nearest: nearest.as_ref(),
    };
    Some(if parent.is_empty() {
        argument.at_top()
    } else {
        argument.in_object()
    })
}

impl UnknownArgument<'_> {
    fn at_top(&self) -> WayOut {
        let meant = || self.own_spelling().or_else(|| self.own_identifier());
        if let Some(inner) = wrapped_arguments(self.tool, &self.name, self.value) {
            return WayOut::Advice(Advice::Change(Fix::Unwrap(inner)));
        }
        if let Some(inside) = self.inside() {
            return WayOut::Advice(Advice::WriteInside(inside));
        }
        if let Some(name) = meant().or_else(|| self.page_size()) {
            return WayOut::Meant(name);
        }
        let elsewhere = self.page().or_else(|| self.other_identifier());
        let elsewhere = elsewhere.or_else(|| self.other_tool());
        WayOut::Advice(elsewhere.unwrap_or_else(|| self.impossible()))
    }

    /// A field of an object inside the arguments.
    fn in_object(&self) -> WayOut {
        if let Some(nearest) = self.nearest {
            return WayOut::Meant(nearest.clone());
        }
        if let Some(name) = argument_of(self.tool, &self.name)
            && self.arguments.get(name).is_none()
        {
            return WayOut::Advice(Advice::WriteAtTop(object([(name, self.value.clone())])));
        }
        WayOut::Advice(Advice::Change(Fix::LeaveOut))
    }

    /// An argument that is spelt almost like it. An identifier of another kind is not: `accountId` is
    /// not `customAccountId`, however they are spelt.
    fn own_spelling(&self) -> Option<String> {
        let nearest = self.nearest?;
        let kind = self.tools.kind_of_argument(&self.name);
        let own = self.identifier(nearest).map(|argument| argument.kind());
        let is_other = kind.is_some_and(|kind| own.is_none_or(|own| own.name != kind.name));
        let is_same = fold(nearest) == fold(&self.name);
        (is_same || !is_other).then(|| nearest.clone())
    }

    /// The argument for an identifier of the kind that the name says: `keyId`, `apiKey` and
    /// `api_key_id` for the `id` of an API key.
    fn own_identifier(&self) -> Option<String> {
        let mut named = words(&self.name);
        named.retain(|word| !matches!(word.as_str(), "id" | "identifier" | "uuid"));
        // `account` is an account, and not a custom account, if there are accounts.
        let exact = self.tools.kind_of_noun(&named);
        let is_meant = |argument: &&IdArgument| {
            let is_free = self.arguments.pointer(argument.pointer()).is_none();
            let fits = match exact {
                Some(exact) => argument.kind().name == exact.name,
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

    /// Returns the arguments that contain the value in its place inside another argument, together
    /// with the others that belong there.
    fn inside(&self) -> Option<Json> {
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

    fn page_size(&self) -> Option<String> {
        let sizes = |name: &str| SIZE_NAMES.contains(&fold(name).as_str());
        let mut fields = self.tool.shape.fields();
        let own = fields.find(|field| sizes(field.name))?;
        let is_free = self.arguments.get(own.name).is_none();
        (sizes(&self.name) && is_free).then(|| own.name.to_owned())
    }

    fn page(&self) -> Option<Advice> {
        let is_page = PAGE_NAMES.contains(&fold(&self.name).as_str());
        (is_page && contract::takes_cursor(self.tool)).then_some(Advice::UseCursor)
    }

    /// An identifier that another tool turns into one that this tool takes: the account of a project.
    fn other_identifier(&self) -> Option<Advice> {
        let kind = self.tools.kind_of_argument(&self.name)?;
        let own = self.tool.takes.iter().filter(|own| is_at_top(own));
        let mut ways = own.filter_map(|own| {
            let mut sources = own.kind().sources.iter();
            let source = sources.find(|source| {
                let takes = |taken: &IdArgument| taken.kind().name == kind.name;
                self.tools.all_offered(&[source]) && source.takes.iter().any(takes)
            })?;
            Some(Advice::FindBy {
                tool: source,
                argument: pointer::last_name(own.pointer()),
                is_given: self.arguments.pointer(own.pointer()).is_some(),
            })
        });
        ways.next()
    }

    /// Another tool for the same kind of record that has the argument.
    fn other_tool(&self) -> Option<Advice> {
        let having = self.tools.relatives(self.tool).filter_map(|other| {
            let argument = argument_of(other, &self.name)?;
            (other.effect != Effect::Destroys).then_some((other, argument))
        });
        let having: Vec<(&'static ToolSpec, &'static str)> = having.collect();
        let with_effect = |effect: Effect| having.iter().find(|(other, _)| other.effect == effect);
        let has_field = || schema::record_has(self.tool, &self.name);
        match self.tool.effect {
            Effect::Reads => match with_effect(Effect::Reads) {
                Some(&(tool, argument)) => Some(Advice::CallOther { tool, argument }),
                None if self.tool.method != "list" => None,
                None if has_field() => Some(Advice::PickRecords),
                None => self.list_with_field().map(Advice::PickRecordsOf),
            },
            Effect::Writes | Effect::Destroys => {
                let mut writing = having
                    .iter()
                    .filter(|(other, _)| other.effect == Effect::Writes);
                if let Some(&(tool, argument)) =
                    writing.clone().find(|(other, _)| other.method != "create")
                {
                    return Some(Advice::CallOther { tool, argument });
                }
                if let Some((tool, _)) = writing.next() {
                    return Some(Advice::OnlyAtCreation(tool));
                }
                // The list may find the record whose identifier is missing.
                let is_missing = self.arguments.get("id").is_none();
                let &(tool, argument) = with_effect(Effect::Reads).filter(|_| is_missing)?;
                self.identifier("id")
                    .map(|_| Advice::CallOther { tool, argument })
            }
        }
    }

    /// Another list whose records have the field, and the identifier of such a record.
    fn list_with_field(&self) -> Option<&'static ToolSpec> {
        let kind = record_kind(self.tool)?;
        let mut lists = self.tools.iter().filter(|other| {
            other.name != self.tool.name && other.method == "list" && other.effect == Effect::Reads
        });
        lists.find(|other| {
            let gives = other
                .gives
                .iter()
                .any(|field| field.kind().name == kind.name);
            gives && schema::record_has(other, &self.name)
        })
    }

    fn impossible(&self) -> Advice {
        let is_list = self.tool.method == "list";
        let changes = self.tool.effect == Effect::Writes && record_kind(self.tool).is_some();
        // A name that records have is a wish about their state.
        let others = if changes && schema::record_has(self.tool, &self.name) {
            let others = self.tools.relatives(self.tool);
            let acting = others.filter(|other| {
                other.effect != Effect::Reads
                    && other.takes.iter().any(|taken| taken.pointer() == "/id")
            });
            acting.collect()
        } else {
            Vec::new()
        };
        Advice::Impossible { is_list, others }
    }

    /// Returns the identifier that the tool takes under this name.
    fn identifier(&self, name: &str) -> Option<&'static IdArgument> {
        let mut arguments = self.tool.takes.iter();
        arguments.find(|argument| argument.pointer().strip_prefix('/') == Some(name))
    }
}

fn is_at_top(argument: &IdArgument) -> bool {
    argument.pointer().rfind('/') == Some(0)
}

fn object<const COUNT: usize>(fields: [(&str, Json); COUNT]) -> Json {
    let fields = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    Json::Object(fields.collect())
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

/// Returns the names that the object around an unknown field may have.
pub(super) fn possible_names(tool: &ToolSpec, path: &str) -> Vec<String> {
    match split(path) {
        Some((parent, _)) if !parent.is_empty() => schema::names_at(tool, parent),
        _ => {
            let names = tool.shape.fields().map(|field| field.name.to_owned());
            names.collect()
        }
    }
}
