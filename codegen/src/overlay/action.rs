//! The actions of changes: one row of a table for each.

use super::change::Action;
use crate::catalog::{Placement, SchemaPlace};
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

/// The keys of the actions.
mod key {
    pub(super) const MOVE: &str = "move";
    pub(super) const REQUEST: &str = "request";
    pub(super) const DEPRECATED: &str = "deprecated";
    pub(super) const EFFECT: &str = "effect";
    pub(super) const IDENTIFIER: &str = "identifier";
    pub(super) const RENAME: &str = "rename";
    pub(super) const TYPE: &str = "type";
    pub(super) const SHARE: &str = "share";
    pub(super) const AUDIT: &str = "audit";
    pub(super) const HIDE: &str = "hide";
    pub(super) const SECRET: &str = "secret";
    pub(super) const SET: &str = "set";
    pub(super) const REMOVE: &str = "remove";
    pub(super) const VALUES: &str = "values";
    pub(super) const RECORD: &str = "record";
    pub(super) const ALLOW: &str = "allow";
}

/// Every action.
pub(super) const ACTIONS: &[ActionSyntax] = &[
    ActionSyntax {
        key: key::MOVE,
        target: Target::Tool,
        takes: ActionValue::Text(parse_move),
    },
    ActionSyntax {
        key: key::REQUEST,
        target: Target::Tool,
        takes: ActionValue::Text(|text| parse_type_name(text).map(Action::Request)),
    },
    ActionSyntax {
        key: key::DEPRECATED,
        target: Target::Tool,
        takes: ActionValue::Text(|text| Ok(Action::Deprecated(text.to_owned()))),
    },
    ActionSyntax {
        key: key::EFFECT,
        target: Target::Tool,
        takes: ActionValue::Text(parse_effect),
    },
    ActionSyntax {
        key: key::IDENTIFIER,
        target: Target::Place,
        takes: ActionValue::Text(|text| parse_type_name(text).map(Action::Identifier)),
    },
    ActionSyntax {
        key: key::RENAME,
        target: Target::Any,
        takes: ActionValue::Text(parse_rename),
    },
    ActionSyntax {
        key: key::TYPE,
        target: Target::Place,
        takes: ActionValue::Text(|text| parse_type_name(text).map(Action::Type)),
    },
    ActionSyntax {
        key: key::SHARE,
        target: Target::Place,
        takes: ActionValue::Value(|value| parse_share(&value)),
    },
    ActionSyntax {
        key: key::AUDIT,
        target: Target::Tool,
        takes: ActionValue::Value(|value| parse_audit(&value)),
    },
    ActionSyntax {
        key: key::HIDE,
        target: Target::Tool,
        takes: ActionValue::Value(|value| parse_true(&value, Action::Hide)),
    },
    ActionSyntax {
        key: key::SECRET,
        target: Target::Place,
        takes: ActionValue::Value(|value| parse_true(&value, Action::Secret)),
    },
    ActionSyntax {
        key: key::SET,
        target: Target::Place,
        takes: ActionValue::Value(|value| Ok(Action::Set(value))),
    },
    ActionSyntax {
        key: key::REMOVE,
        target: Target::Place,
        takes: ActionValue::Value(|value| parse_true(&value, Action::Remove)),
    },
    ActionSyntax {
        key: key::VALUES,
        target: Target::Place,
        takes: ActionValue::Value(parse_values),
    },
    ActionSyntax {
        key: key::RECORD,
        target: Target::Tool,
        takes: ActionValue::Value(parse_record),
    },
    ActionSyntax {
        key: key::ALLOW,
        target: Target::Any,
        takes: ActionValue::Value(|value| parse_allow(&value)),
    },
];

impl Action {
    /// Returns the key of the action.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Move(_) => key::MOVE,
            Self::Request(_) => key::REQUEST,
            Self::Deprecated(_) => key::DEPRECATED,
            Self::Effect(_) => key::EFFECT,
            Self::Identifier(_) => key::IDENTIFIER,
            Self::Rename(_) => key::RENAME,
            Self::Type(_) => key::TYPE,
            Self::Share(_) => key::SHARE,
            Self::Audit(_) => key::AUDIT,
            Self::Hide => key::HIDE,
            Self::Secret => key::SECRET,
            Self::Set(_) => key::SET,
            Self::Remove => key::REMOVE,
            Self::Values(_) => key::VALUES,
            Self::Record(_) => key::RECORD,
            Self::Allow(_) => key::ALLOW,
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
        let place = SchemaPlace::parse(place.as_str()?);
        place.filter(|place| !place.tool.is_empty())
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
        kinds.find(|kind| kind.as_str() == id)
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
