//! What a change can do: one row of the table for each action.

use super::{Action, Effect, Placement};

/// What an action acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The tool.
    Tool,
    /// The place that `at` names.
    Place,
}

/// An action as it is written: the key, what it acts on, how its text is read.
pub(super) struct Written {
    /// The key in the change.
    pub(super) key: &'static str,
    /// What it acts on.
    pub(super) target: Target,
    /// Reads the text; the error says what the text must be.
    pub(super) parse: fn(&str) -> Result<Action, &'static str>,
}

/// Every action.
pub(super) const ACTIONS: &[Written] = &[
    Written {
        key: "move",
        target: Target::Tool,
        parse: parse_move,
    },
    Written {
        key: "request",
        target: Target::Tool,
        parse: |text| parse_type_name(text).map(Action::Request),
    },
    Written {
        key: "deprecated",
        target: Target::Tool,
        parse: |text| Ok(Action::Deprecated(text.to_owned())),
    },
    Written {
        key: "effect",
        target: Target::Tool,
        parse: parse_effect,
    },
    Written {
        key: "identifier",
        target: Target::Place,
        parse: |text| parse_type_name(text).map(Action::Identifier),
    },
    Written {
        key: "rename",
        target: Target::Place,
        parse: parse_rename,
    },
];

impl Action {
    /// The key that it is written with.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Move(_) => "move",
            Self::Request(_) => "request",
            Self::Deprecated(_) => "deprecated",
            Self::Effect(_) => "effect",
            Self::Identifier(_) => "identifier",
            Self::Rename(_) => "rename",
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
    let effect = match text {
        "reads" => Effect::Reads,
        "writes" => Effect::Writes,
        "destroys" => Effect::Destroys,
        _ => return Err("`reads`, `writes` or `destroys`"),
    };
    Ok(Action::Effect(effect))
}

fn parse_type_name(text: &str) -> Result<String, &'static str> {
    let is_name = text.starts_with(|letter: char| letter.is_ascii_uppercase())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric());
    if is_name {
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

fn is_snake(text: &str) -> bool {
    let is_inner =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    text.starts_with(|letter: char| letter.is_ascii_lowercase()) && text.chars().all(is_inner)
}
