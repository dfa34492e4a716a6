//! The ways to an unknown argument through other tools and other pages.

use super::{UnknownArgument, is_at_top};
use crate::agent::argument_check::advice::Advice;
use crate::agent::argument_check::{contract, schema};
use crate::agent::pointer;
use crate::agent::tool_set::offered::{argument_of, is_creation, record_kind};
use crate::codec::{Format, fold, words};
use crate::tools::{Effect, IdArgument, IdField, IdKind, ToolSpec};

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

/// The length of a date.
const DATE_LENGTH: usize = "2026-06-23".len();

impl UnknownArgument<'_> {
    pub(super) fn page(&self) -> Option<Advice> {
        // `from` with a date is a filter.
        let day = self.value.as_str().and_then(|text| text.get(..DATE_LENGTH));
        let is_date = day.is_some_and(|day| Format::Date.accepts(day));
        let is_page = PAGE_NAMES.contains(&fold(&self.name).as_str()) && !is_date;
        (is_page && contract::takes_cursor(self.tool)).then_some(Advice::UseCursor)
    }

    /// An identifier that another tool turns into one that this tool takes: the account of a project. Where
    /// a tool writes, an identifier next to the one that it takes may be what the record is to get.
    pub(super) fn other_identifier(&self) -> Option<Advice> {
        let kind = self.tools.kind_of_argument(&self.name)?;
        let is_write = self.tool.effect == Effect::Writes;
        let own = self.tool.takes.iter().filter(|own| is_at_top(own));
        let own = own.filter(|own| own.is_required() || !is_write);
        let mut ways = own.filter_map(|own| {
            let takes = |taken: &IdArgument| taken.kind().name == kind.name;
            let sources = own.kind().sources.iter();
            let mut sources = sources.filter(|source| source.takes.iter().any(takes));
            let source = sources.find_map(|source| self.tools.offered(source))?;
            let is_given = self.arguments.pointer(own.pointer()).is_some();
            (!is_write || !is_given).then_some(Advice::FindBy {
                tool: source,
                argument: pointer::last_name(own.pointer()),
                is_given,
            })
        });
        ways.next()
    }

    /// A tool that reads the record whose identifier is given, and whose fields are missing here.
    pub(super) fn read_first(&self) -> Option<Advice> {
        if self.tool.effect == Effect::Reads {
            return None;
        }
        let missing = self.tool.shape.required_names();
        let is_missing = |name: &&str| self.arguments.get(*name).is_none();
        let missing: Vec<&'static str> = missing.filter(is_missing).collect();
        let mut reading = self.tools.relatives(self.tool).filter_map(|other| {
            let argument = self.argument_for(other)?;
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

    /// Returns the argument of another tool for the value: that of the same name, or the identifier of the
    /// kind that the name says.
    fn argument_for(&self, other: &'static ToolSpec) -> Option<&'static str> {
        let of_kind = || {
            let kind = self.named_kind()?;
            let is_kind = |taken: &&IdArgument| {
                taken.kind().name == kind.name && taken.is_required() && is_at_top(taken)
            };
            let taken = other.takes.iter().find(is_kind)?;
            Some(pointer::last_name(taken.pointer()))
        };
        argument_of(other, &self.name).or_else(of_kind)
    }

    /// Returns the kind of identifier that the name says: that of `projectId`, wherever it is taken.
    fn named_kind(&self) -> Option<&'static IdKind> {
        let noun = || {
            let mut noun = words(&self.name);
            let last = noun.pop()?;
            (last == "id" && !noun.is_empty()).then(|| self.tools.kind_of_noun(&noun))?
        };
        self.tools.kind_of_argument(&self.name).or_else(noun)
    }

    /// Another tool for the same kind of record that has the argument.
    pub(super) fn other_tool(&self) -> Option<Advice> {
        // Every tool has its own `id`. What a tool that destroys cannot be given, no other tool takes for
        // it.
        let is_list = self.tool.method == "list";
        if self.tool.effect == Effect::Destroys || fold(&self.name) == "id" && !is_list {
            return None;
        }
        match self.tool.effect {
            Effect::Reads => self.other_reader(),
            Effect::Writes => self.other_writer(),
            Effect::Destroys => None,
        }
    }

    /// Returns the other tools of this effect for the same kind of record that have the argument.
    fn having(&self, effect: Effect) -> impl Iterator<Item = (&'static ToolSpec, &'static str)> {
        let relatives = self.tools.relatives(self.tool);
        let having = relatives.filter(move |other| other.effect == effect);
        having.filter_map(|other| Some((other, argument_of(other, &self.name)?)))
    }

    /// Another tool that reads the same records.
    fn other_reader(&self) -> Option<Advice> {
        let kind = self.kind_of_records();
        // The identifier of one of the records.
        if let Some(own) = kind.filter(|own| {
            let named = self.named_kind();
            named.is_some_and(|named| named.name == own.name)
        }) {
            let takes =
                |taken: &IdArgument| taken.pointer() == "/id" && taken.kind().name == own.name;
            let mut readers = self
                .tools
                .iter()
                .filter(|other| other.effect == Effect::Reads && other.takes.iter().any(takes));
            if let Some(tool) = readers.find(|other| other.name != self.tool.name) {
                let argument = "id";
                return Some(Advice::CallOther { tool, argument });
            }
        }
        let is_same_resource =
            |other: &ToolSpec| !other.resource.is_empty() && other.resource == self.tool.resource;
        let is_same_kind = |other: &ToolSpec| {
            let takes = |taken: &IdArgument| {
                let is_kind = kind.is_some_and(|kind| kind.name == taken.kind().name);
                is_kind && taken.pointer() == "/id"
            };
            kind.is_some_and(|kind| gives(other, kind)) || other.takes.iter().any(takes)
        };
        let mut readers = self.having(Effect::Reads);
        let other = readers.find(|(other, _)| is_same_resource(other) || is_same_kind(other));
        if let Some((tool, argument)) = other {
            return Some(Advice::CallOther { tool, argument });
        }
        if self.tool.method != "list" {
            return None;
        }
        if schema::record_has(self.tool, &self.name) {
            return Some(Advice::PickRecords);
        }
        let list = self.list_with_field(kind?)?;
        Some(Advice::PickRecordsOf(list))
    }

    /// Another tool that changes the same record, or that makes one.
    fn other_writer(&self) -> Option<Advice> {
        if !is_creation(self.tool) {
            let mut writing = self.having(Effect::Writes);
            let changing = writing.find(|(other, _)| self.changes_same_record(other));
            if let Some((tool, argument)) = changing {
                return Some(Advice::CallOther { tool, argument });
            }
            let kind = record_kind(self.tool);
            let mut writing = self.having(Effect::Writes);
            let is_only = writing.all(|(other, _)| is_creation(other));
            let mut making = self.having(Effect::Writes).filter(|(other, _)| {
                other.resource == self.tool.resource || kind.is_some_and(|kind| gives(other, kind))
            });
            if let Some((tool, _)) = making.next().filter(|_| is_only) {
                return Some(Advice::OnlyAtCreation(tool));
            }
        }
        // The list may find the record whose identifier is missing.
        let is_missing = !self.is_given("id");
        let mut reading = self.having(Effect::Reads);
        let (tool, argument) = reading.next().filter(|_| is_missing)?;
        self.identifier("id")
            .map(|_| Advice::CallOther { tool, argument })
    }

    /// Returns `true` if another tool takes the argument for the record whose identifier is given. An
    /// identifier is not a field to change.
    fn changes_same_record(&self, other: &ToolSpec) -> bool {
        let Some(kind) = record_kind(self.tool) else {
            return false;
        };
        let is_record = |own: &&IdArgument| {
            let is_given = self.is_given(pointer::last_name(own.pointer()));
            own.kind().name == kind.name && is_at_top(own) && is_given
        };
        let takes = |own: &IdArgument| {
            let is_same = |taken: &IdArgument| {
                taken.is_required() && is_at_top(taken) && taken.kind().name == own.kind().name
            };
            other.takes.iter().any(is_same)
        };
        !is_creation(other)
            && self.named_kind().is_none()
            && self.tool.takes.iter().filter(is_record).any(takes)
    }

    /// The list in which the record is found whose identifier is missing: `name` for `id`.
    pub(super) fn find_record(&self) -> Option<Advice> {
        let own = self.identifier("id")?;
        let is_missing = !self.is_given("id");
        // The name may be that of the record that the tool makes.
        let is_of_new = is_creation(self.tool) && {
            let mut fields = self.tool.shape.fields();
            fields.any(|field| self.identifier(field.name).is_none())
        };
        if !is_missing || !own.is_required() || is_of_new || self.is_secret() {
            return None;
        }
        let first = self.tools.reader_of(self.tool, &["list"]);
        let others = self.tools.iter();
        let others = others.filter(|list| list.method == "list" && gives(list, own.kind()));
        let mut lists = first.into_iter().chain(others);
        let list = lists.find(|list| schema::record_has(list, &self.name))?;
        Some(Advice::FindRecord {
            list,
            field: self.name.clone(),
            argument: "id",
        })
    }

    /// Another list whose records have the field, and are records of this kind.
    fn list_with_field(&self, kind: &IdKind) -> Option<&'static ToolSpec> {
        let mut lists = self.tools.iter().filter(|other| {
            other.name != self.tool.name && other.method == "list" && other.effect == Effect::Reads
        });
        lists.find(|other| gives(other, kind) && schema::record_has(other, &self.name))
    }

    /// Returns the kind of the records of the tool: that of their field `id`, or of the tool's argument.
    fn kind_of_records(&self) -> Option<&'static IdKind> {
        let mut given = self.tool.gives.iter();
        let given = given.find(|field| field.pointer() == "/id");
        let own = || self.identifier("id").map(IdArgument::kind);
        given.map(IdField::kind).or_else(own)
    }
}

/// Returns `true` if the records of a tool are of this kind: its field `id` is. Other fields may name other
/// records.
fn gives(tool: &ToolSpec, kind: &IdKind) -> bool {
    let is_id = |field: &IdField| field.pointer() == "/id" && field.kind().name == kind.name;
    tool.gives.iter().any(is_id)
}
