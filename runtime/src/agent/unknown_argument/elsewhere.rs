//! The ways to an unknown argument through other tools and other pages.

use super::{UnknownArgument, is_at_top};
use crate::agent::advice::Advice;
use crate::agent::offered::{argument_of, record_kind};
use crate::agent::{contract, pointer, schema};
use crate::codec::fold;
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

impl UnknownArgument<'_> {
    pub(super) fn page(&self) -> Option<Advice> {
        let is_page = PAGE_NAMES.contains(&fold(&self.name).as_str());
        (is_page && contract::takes_cursor(self.tool)).then_some(Advice::UseCursor)
    }

    /// An identifier that another tool turns into one that this tool takes: the account of a project.
    pub(super) fn other_identifier(&self) -> Option<Advice> {
        let kind = self.tools.kind_of_argument(&self.name)?;
        let own = self.tool.takes.iter().filter(|own| is_at_top(own));
        let mut ways = own.filter_map(|own| {
            let takes = |taken: &IdArgument| taken.kind().name == kind.name;
            let sources = own.kind().sources.iter();
            let mut sources = sources.filter(|source| source.takes.iter().any(takes));
            let source = sources.find_map(|source| self.tools.offered(source))?;
            Some(Advice::FindBy {
                tool: source,
                argument: pointer::last_name(own.pointer()),
                is_given: self.arguments.pointer(own.pointer()).is_some(),
            })
        });
        ways.next()
    }

    /// A tool that reads the record whose identifier is given, and whose fields are missing here.
    pub(super) fn read_first(&self) -> Option<Advice> {
        if self.tool.effect == Effect::Reads {
            return None;
        }
        let missing = self.tool.shape.required.iter().copied();
        let is_missing = |name: &&str| self.arguments.get(*name).is_none();
        let missing: Vec<&'static str> = missing.filter(is_missing).collect();
        let mut reading = self.tools.relatives(self.tool).filter_map(|other| {
            let argument = argument_of(other, &self.name)?;
            let is_taken = |taken: &IdArgument| taken.pointer().strip_prefix('/') == Some(argument);
            let mut fields = missing.clone();
            fields.retain(|field| {
                self.identifier(field).is_none() && schema::record_has(other, field)
            });
            let is_reader = other.effect == Effect::Reads && other.takes.iter().any(is_taken);
            (is_reader && !fields.is_empty()).then_some(Advice::ReadFirst {
                tool: other,
                argument,
                fields,
            })
        });
        reading.next()
    }

    /// Another tool for the same kind of record that has the argument.
    pub(super) fn other_tool(&self) -> Option<Advice> {
        // Every tool has its own `id`. What a tool that destroys cannot be given, no other tool takes for
        // it.
        let is_list = self.tool.method == "list";
        if self.tool.effect == Effect::Destroys || fold(&self.name) == "id" && !is_list {
            return None;
        }
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
            Effect::Destroys => None,
            Effect::Writes => {
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
}
