//! The actions of changes: one row of a table for each.

use super::change::Action;
use crate::catalog::Placement;
use crate::effect::Effect;
use crate::report::TextFindingKind;
use crate::source::Json;

/// The target of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The tool.
    Tool,
    /// The place that `at` names.
    Place,
    /// The tool, the place or a resource.
    Any,
}

/// The value of an action.
pub(super) enum ActionValue {
    /// A string, and its parser. The error describes a valid value.
    Text(fn(&str) -> Result<Action, &'static str>),
    /// Any value, and its parser. The error describes a valid value.
    Value(fn(Json) -> Result<Action, &'static str>),
}

/// The syntax of an action.
pub(super) struct ActionSyntax {
    /// The key.
    pub(super) key: &'static str,
    /// The target.
    pub(super) target: Target,
    /// The value.
    pub(super) takes: ActionValue,
}

/// Every action.
pub(super) const ACTIONS: &[ActionSyntax] = &[
    ActionSyntax {
        key: "move",
        target: Target::Tool,
        takes: ActionValue::Text(parse_move),
    },
    ActionSyntax {
        key: "request",
        target: Target::Tool,
        takes: ActionValue::Text(|text| parse_type_name(text).map(Action::Request)),
    },
    ActionSyntax {
        key: "deprecated",
        target: Target::Tool,
        takes: ActionValue::Text(|text| Ok(Action::Deprecated(text.to_owned()))),
    },
    ActionSyntax {
        key: "effect",
        target: Target::Tool,
        takes: ActionValue::Text(parse_effect),
    },
    ActionSyntax {
        key: "identifier",
        target: Target::Place,
        takes: ActionValue::Text(|text| parse_type_name(text).map(Action::Identifier)),
    },
    ActionSyntax {
        key: "rename",
        target: Target::Any,
        takes: ActionValue::Text(parse_rename),
    },
    ActionSyntax {
        key: "type",
        target: Target::Place,
        takes: ActionValue::Text(|text| parse_type_name(text).map(Action::Type)),
    },
    ActionSyntax {
        key: "share",
        target: Target::Place,
        takes: ActionValue::Value(|value| parse_share(&value)),
    },
    ActionSyntax {
        key: "audit",
        target: Target::Tool,
        takes: ActionValue::Value(|value| parse_audit(&value)),
    },
    ActionSyntax {
        key: "hide",
        target: Target::Tool,
        takes: ActionValue::Value(|value| parse_true(&value, Action::Hide)),
    },
    ActionSyntax {
        key: "secret",
        target: Target::Place,
        takes: ActionValue::Value(|value| parse_true(&value, Action::Secret)),
    },
    ActionSyntax {
        key: "set",
        target: Target::Place,
        takes: ActionValue::Value(|value| Ok(Action::Set(value))),
    },
    ActionSyntax {
        key: "remove",
        target: Target::Place,
        takes: ActionValue::Value(|value| parse_true(&value, Action::Remove)),
    },
    ActionSyntax {
        key: "values",
        target: Target::Place,
        takes: ActionValue::Value(parse_values),
    },
    ActionSyntax {
        key: "record",
        target: Target::Tool,
        takes: ActionValue::Value(parse_record),
    },
    ActionSyntax {
        key: "allow",
        target: Target::Any,
        takes: ActionValue::Value(|value| parse_allow(&value)),
    },
];

impl Action {
    /// Returns the key of the action.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Move(_) => "move",
            Self::Request(_) => "request",
            Self::Deprecated(_) => "deprecated",
            Self::Effect(_) => "effect",
            Self::Identifier(_) => "identifier",
            Self::Rename(_) => "rename",
            Self::Type(_) => "type",
            Self::Share(_) => "share",
            Self::Audit(_) => "audit",
            Self::Hide => "hide",
            Self::Secret => "secret",
            Self::Set(_) => "set",
            Self::Remove => "remove",
            Self::Values(_) => "values",
            Self::Record(_) => "record",
            Self::Allow(_) => "allow",
        }
    }
}

fn parse_move(text: &str) -> Result<Action, &'static str> {
    match text.split_once('.') {
        Some((resource, method)) if is_snake(resource) && is_snake(method) => {
            Ok(Action::Move(Placement {
                resource: resource.to_owned(),
                method: method.to_owned(),
            }))
        }
        _ => Err("`resource.method` in snake case, such as `api_keys.rotate`"),
    }
}

fn parse_effect(text: &str) -> Result<Action, &'static str> {
    let effect = text.parse::<Effect>().map(Action::Effect);
    effect.map_err(|_| "`reads`, `writes` or `destroys`")
}

fn parse_type_name(text: &str) -> Result<String, &'static str> {
    let is_name = text.starts_with(|character: char| character.is_ascii_uppercase())
        && text
            .chars()
            .all(|character| character.is_ascii_alphanumeric());
    if is_name && text != "Self" {
        Ok(text.to_owned())
    } else {
        Err("the name of a type, such as `AccountId`")
    }
}

fn parse_rename(text: &str) -> Result<Action, &'static str> {
    if is_snake(text) {
        Ok(Action::Rename(text.to_owned()))
    } else {
        Err("a name in snake case, such as `account_id`")
    }
}

fn parse_true(value: &Json, action: Action) -> Result<Action, &'static str> {
    if *value == Json::Bool(true) {
        Ok(action)
    } else {
        Err("`true`, or remove the key")
    }
}

fn parse_share(value: &Json) -> Result<Action, &'static str> {
    let parse = |place: &Json| {
        let (tool, at) = place.as_str()?.split_once("#/")?;
        (!tool.is_empty()).then(|| (tool.to_owned(), format!("/{at}")))
    };
    let places: Option<Vec<_>> = value
        .as_array()
        .unwrap_or_default()
        .iter()
        .map(parse)
        .collect();
    match places {
        Some(places) if !places.is_empty() => Ok(Action::Share(places)),
        _ => Err("a list of places such as `[\"list_keys#/query_schema/properties/status\"]`"),
    }
}

fn parse_values(value: Json) -> Result<Action, &'static str> {
    match value.as_array() {
        Some(values) if !values.is_empty() => Ok(Action::Values(value)),
        _ => Err("a list of values such as `[\"admin\", \"user\"]`"),
    }
}

fn parse_audit(value: &Json) -> Result<Action, &'static str> {
    let names = value.as_array().filter(|names| !names.is_empty());
    let names = names
        .into_iter()
        .flatten()
        .map(|name| name.as_str().map(str::to_owned));
    let names: Option<Vec<String>> = names.collect();
    match names {
        Some(names) if !names.is_empty() => Ok(Action::Audit(names)),
        _ => Err("a list of names of fields such as `[\"createdBy\"]`"),
    }
}

fn parse_allow(value: &Json) -> Result<Action, &'static str> {
    let parse = |kind: &Json| {
        let id = kind.as_str()?;
        let mut kinds = TextFindingKind::ALL.into_iter();
        kinds.find(|kind| kind.id() == id)
    };
    let kinds = value.as_array().unwrap_or_default().iter().map(parse);
    match kinds.collect::<Option<Vec<_>>>() {
        Some(kinds) if !kinds.is_empty() => Ok(Action::Allow(kinds)),
        _ => Err(
            "a list of `text-hidden-characters`, `name-confusable`, `text-instructs` or `text-contradicts-effect`",
        ),
    }
}

fn parse_record(value: Json) -> Result<Action, &'static str> {
    match value {
        Json::Object(_) | Json::String(_) => Ok(Action::Record(value)),
        _ => Err("a schema, as a table or as a string of JSON"),
    }
}

fn is_snake(text: &str) -> bool {
    let is_inner = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_'
    };
    text.starts_with(|character: char| character.is_ascii_lowercase()) && text.chars().all(is_inner)
}
