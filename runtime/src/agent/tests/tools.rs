//! Tools with lists among their arguments.

#![allow(
    unreachable_pub,
    reason = "the macros declare public items, as in generated code"
)]

use crate::codegen::{Choice, Object, Shape, Slots, Value, check_as, slots_of};
use crate::tools::{CatalogSpec, Effect, ToolSpec};
use crate::{choices, objects};

#[derive(Debug)]
enum Tag {
    Red,
    Green,
}

impl Choice for Tag {
    type Wire = &'static str;
    const VALUES: &'static [(Self, &'static str)] = &[(Self::Red, "red"), (Self::Green, "green")];
}

choices!(Tag);

struct Many {
    ids: Vec<String>,
    numbers: Option<Vec<i64>>,
    tags: Option<Vec<Tag>>,
}

impl Object for Many {
    const SHAPE: Shape = Shape {
        name: "Many",
        required: "ids",
        optional: "numbers tags",
        ..Shape::IN_BODY
    };

    fn empty() -> Self {
        Self {
            ids: Value::blank(),
            numbers: None,
            tags: None,
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.ids, &mut self.numbers, &mut self.tags])
    }
}

struct List {
    cursor: Option<String>,
    limit: Option<i64>,
}

impl Object for List {
    const SHAPE: Shape = Shape {
        name: "List",
        optional: "cursor limit",
        ..Shape::IN_BODY
    };

    fn empty() -> Self {
        Self {
            cursor: None,
            limit: None,
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.cursor, &mut self.limit])
    }
}

struct Nothing {}

impl Object for Nothing {
    const SHAPE: Shape = Shape {
        name: "Nothing",
        ..Shape::IN_BODY
    };

    fn empty() -> Self {
        Self {}
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([])
    }
}

objects!(Many(ids, numbers, tags), List(cursor, limit), Nothing());

static DELETE_MANY: ToolSpec = ToolSpec::new(
    "delete_many",
    Effect::Destroys,
    &Many::SHAPE,
    check_as::<Many>,
);
static LABEL_ALL: ToolSpec =
    ToolSpec::new("label_all", Effect::Writes, &Many::SHAPE, check_as::<Many>);
static LIST_ALL: ToolSpec =
    ToolSpec::new("list_all", Effect::Reads, &List::SHAPE, check_as::<List>);
static PING: ToolSpec = ToolSpec::new("ping", Effect::Reads, &Nothing::SHAPE, check_as::<Nothing>);

/// The tools, which carry out nothing.
pub(super) static CATALOG: CatalogSpec =
    CatalogSpec::of_tools("lists", &[&DELETE_MANY, &LABEL_ALL, &LIST_ALL, &PING]);

static COUNT: ToolSpec =
    ToolSpec::new("count", Effect::Reads, &Nothing::SHAPE, check_as::<Nothing>);
static OTHER_PING: ToolSpec =
    ToolSpec::new("ping", Effect::Reads, &Nothing::SHAPE, check_as::<Nothing>);

/// Another catalog, which also has a tool `ping`.
pub(super) static OTHER: CatalogSpec = CatalogSpec::of_tools("others", &[&COUNT, &OTHER_PING]);
