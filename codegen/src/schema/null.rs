//! What a schema says about null.
//!
//! Null is a single value without parts, so that a schema decides about it without a value at hand:
//! by its own keywords, and by the schemas that it refers to or combines.

use std::collections::BTreeMap;

use super::type_name::{Named, named};
use crate::source::{Json, Members};

/// What a schema says about null, before references are followed.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum NullRule {
    /// Nothing: no keyword applies to null.
    #[default]
    Unsaid,
    /// Null is valid.
    Allowed,
    /// Null is invalid.
    Forbidden,
    /// What the target of a reference says.
    Reference {
        /// The reference as written.
        text: String,
        /// The pointer of the target, once it is resolved.
        target: Option<String>,
    },
    /// What all of them say together.
    All(Vec<NullRule>),
    /// What any of them says.
    Any(Vec<NullRule>),
    /// What exactly one of them says.
    One(Vec<NullRule>),
    /// The opposite.
    Not(Box<NullRule>),
    /// `if`, `then` and `else`.
    If(Box<[NullRule; 3]>),
}

/// The verdict of a schema on null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NullVerdict {
    /// No keyword applies to null.
    Unsaid,
    /// Null is valid.
    Allowed,
    /// Null is invalid.
    Forbidden,
}

/// The rules of the targets of references, by pointer.
pub(crate) type NullRules = BTreeMap<String, NullRule>;

/// Maximum nesting of rules and references. Deeper nesting is treated as a cycle.
const MAX_DEPTH: usize = 100;

/// Maximum number of rules that one verdict reads, because nested references can grow exponentially.
const MAX_RULES: usize = 10_000;

/// Returns what `json` says about null.
pub(super) fn parse_null(json: &Json) -> NullRule {
    match json {
        Json::Bool(false) => NullRule::Forbidden,
        Json::Object(members) => parse_members(members),
        _ => NullRule::Unsaid,
    }
}

fn parse_members(members: &Members) -> NullRule {
    let is_true = |keyword| members.get(keyword) == Some(&Json::Bool(true));
    // Whoever writes it means it, whatever the keywords next to it are.
    if is_true("nullable") || is_true("x-nullable") {
        return NullRule::Allowed;
    }
    let rules = members.iter().filter_map(|(keyword, value)| {
        let each = || value.as_array().unwrap_or_default().iter().map(parse_null);
        let is_list = value.as_array().is_some_and(|list| !list.is_empty());
        match keyword.as_str() {
            "type" => Some(parse_type(value)),
            "const" => Some(allowed_if(*value == Json::Null)),
            "enum" if is_list => {
                let values = value.as_array().unwrap_or_default();
                Some(allowed_if(values.contains(&Json::Null)))
            }
            "$ref" | "$dynamicRef" | "$recursiveRef" => {
                let text = value.as_str()?.to_owned();
                Some(NullRule::Reference { text, target: None })
            }
            "allOf" => Some(NullRule::All(each().collect())),
            "anyOf" if is_list => Some(NullRule::Any(each().collect())),
            "oneOf" if is_list => Some(NullRule::One(each().collect())),
            "not" => Some(NullRule::Not(Box::new(parse_null(value)))),
            "if" => {
                let branch = |keyword| members.get(keyword).map(parse_null).unwrap_or_default();
                let rules = [parse_null(value), branch("then"), branch("else")];
                Some(NullRule::If(Box::new(rules)))
            }
            _ => None,
        }
    });
    let mut rules: Vec<NullRule> = rules.collect();
    match rules.len() {
        1 => rules.pop().unwrap_or_default(),
        0 => NullRule::Unsaid,
        _ => NullRule::All(rules),
    }
}

fn allowed_if(is_allowed: bool) -> NullRule {
    if is_allowed {
        NullRule::Allowed
    } else {
        NullRule::Forbidden
    }
}

/// Returns what `type` says. A name that is not known says nothing.
fn parse_type(value: &Json) -> NullRule {
    let names = match value {
        Json::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    let mut rule = NullRule::Forbidden;
    for name in names {
        match name.as_str().and_then(named) {
            Some(Named::Null) => return NullRule::Allowed,
            Some(Named::Type(_)) => {}
            Some(Named::Anything) | None => rule = NullRule::Unsaid,
        }
    }
    rule
}

/// Returns `true` if a schema allows null and nothing else.
pub(crate) fn is_null_alone(json: &Json) -> bool {
    let Some(members) = json.as_object() else {
        return false;
    };
    let list = |keyword| {
        let list = members.get(keyword).and_then(Json::as_array);
        list.filter(|list| !list.is_empty())
    };
    let is_null = |value: &Json| *value == Json::Null;
    let unions = || ["anyOf", "oneOf"].into_iter().filter_map(list);
    let says_null = members.get("type").is_some_and(names_null_alone)
        || members.get("const").is_some_and(is_null)
        || list("enum").is_some_and(|values| values.iter().all(is_null))
        || unions().any(|branches| branches.iter().all(is_null_alone));
    let says_other = members.get("const").is_some_and(|value| !is_null(value))
        || list("enum").is_some_and(|values| !values.iter().any(is_null))
        || overrules_null_type(members);
    says_null && !says_other
}

/// Returns `true` if `type` is null, but the union next to it allows everything but null. By the
/// letter no value is valid; the union is meant.
pub(crate) fn overrules_null_type(members: &Members) -> bool {
    let is_null = members.get("type").is_some_and(names_null_alone);
    let mut unions = ["anyOf", "oneOf"].into_iter().filter_map(|keyword| {
        let branches = members.get(keyword).and_then(Json::as_array)?;
        (!branches.is_empty()).then_some(branches)
    });
    let excludes_null = |branches: &[Json]| {
        let mut verdicts = branches.iter().map(|branch| {
            let rule = parse_null(branch);
            rule.verdict(&NullRules::new())
        });
        verdicts.all(|verdict| verdict != NullVerdict::Allowed)
    };
    is_null && unions.any(excludes_null)
}

/// Returns `true` if the value of `type` names null and no other type.
fn names_null_alone(value: &Json) -> bool {
    let names = match value {
        Json::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    let is_null = |name: &Json| matches!(name.as_str().and_then(named), Some(Named::Null));
    !names.is_empty() && names.iter().all(is_null)
}

impl NullRule {
    /// Returns the rule that requires both.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unsaid, rule) | (rule, Self::Unsaid) => rule,
            (one, other) if one == other => one,
            (Self::All(mut rules), other) => {
                rules.push(other);
                Self::All(rules)
            }
            (one, other) => Self::All(vec![one, other]),
        }
    }

    /// Visits every reference: its text and its target.
    pub(super) fn visit_references(&mut self, visit: &mut dyn FnMut(&str, &mut Option<String>)) {
        match self {
            Self::Reference { text, target } => visit(text, target),
            Self::All(rules) | Self::Any(rules) | Self::One(rules) => {
                rules
                    .iter_mut()
                    .for_each(|rule| rule.visit_references(visit));
            }
            Self::Not(rule) => rule.visit_references(visit),
            Self::If(rules) => rules
                .iter_mut()
                .for_each(|rule| rule.visit_references(visit)),
            Self::Unsaid | Self::Allowed | Self::Forbidden => {}
        }
    }

    /// Returns the verdict; `targets` are the rules behind references.
    pub(crate) fn verdict(&self, targets: &NullRules) -> NullVerdict {
        let mut judge = Judge {
            targets,
            left: MAX_RULES,
        };
        judge.judge(self, MAX_DEPTH)
    }
}

/// Judges rules.
struct Judge<'a> {
    targets: &'a NullRules,
    left: usize,
}

impl Judge<'_> {
    fn judge(&mut self, rule: &NullRule, depth: usize) -> NullVerdict {
        let (Some(depth), Some(left)) = (depth.checked_sub(1), self.left.checked_sub(1)) else {
            return NullVerdict::Unsaid;
        };
        self.left = left;
        match rule {
            NullRule::Unsaid => NullVerdict::Unsaid,
            NullRule::Allowed => NullVerdict::Allowed,
            NullRule::Forbidden => NullVerdict::Forbidden,
            NullRule::Reference { target, .. } => {
                let target = target.as_deref();
                match target.and_then(|target| self.targets.get(target)) {
                    Some(rule) => self.judge(rule, depth),
                    None => NullVerdict::Unsaid,
                }
            }
            NullRule::All(rules) => self.all(rules, depth),
            NullRule::Any(rules) => self.any(rules, depth),
            NullRule::One(rules) => self.one(rules, depth),
            NullRule::Not(rule) => match self.judge(rule, depth) {
                NullVerdict::Forbidden => NullVerdict::Unsaid,
                NullVerdict::Unsaid | NullVerdict::Allowed => NullVerdict::Forbidden,
            },
            NullRule::If(rules) => {
                let [condition, then, otherwise] = rules.as_ref();
                match self.judge(condition, depth) {
                    NullVerdict::Forbidden => self.judge(otherwise, depth),
                    NullVerdict::Unsaid | NullVerdict::Allowed => self.judge(then, depth),
                }
            }
        }
    }

    fn all(&mut self, rules: &[NullRule], depth: usize) -> NullVerdict {
        let mut verdict = NullVerdict::Unsaid;
        for rule in rules {
            match self.judge(rule, depth) {
                NullVerdict::Forbidden => return NullVerdict::Forbidden,
                NullVerdict::Allowed => verdict = NullVerdict::Allowed,
                NullVerdict::Unsaid => {}
            }
        }
        verdict
    }

    fn any(&mut self, rules: &[NullRule], depth: usize) -> NullVerdict {
        let mut verdict = NullVerdict::Forbidden;
        for rule in rules {
            match self.judge(rule, depth) {
                NullVerdict::Allowed => return NullVerdict::Allowed,
                NullVerdict::Unsaid => verdict = NullVerdict::Unsaid,
                NullVerdict::Forbidden => {}
            }
        }
        verdict
    }

    /// A branch without a type, such as `properties` alone, is meant for objects: next to a branch
    /// that names null it does not count.
    fn one(&mut self, rules: &[NullRule], depth: usize) -> NullVerdict {
        let (mut allowing, mut silent) = (0, 0);
        for rule in rules {
            match self.judge(rule, depth) {
                NullVerdict::Allowed => allowing += 1,
                NullVerdict::Unsaid => silent += 1,
                NullVerdict::Forbidden => {}
            }
        }
        match (allowing, silent) {
            (1, _) => NullVerdict::Allowed,
            (0, 1..) => NullVerdict::Unsaid,
            _ => NullVerdict::Forbidden,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse_json;

    #[track_caller]
    fn verdict(schema: &str) -> NullVerdict {
        parse_null(&parse_json("", schema).unwrap()).verdict(&NullRules::new())
    }

    #[test]
    fn decides_by_the_letter() {
        for schema in [
            r#"{"type": ["string", "null"]}"#,
            r#"{"enum": ["a", null]}"#,
            r#"{"const": null}"#,
            r#"{"anyOf": [{"type": "string"}, {"allOf": [{"type": "null"}]}]}"#,
            r#"{"oneOf": [{"enum": [null]}, {"type": "string"}]}"#,
            r#"{"allOf": [{"type": ["null", "string"]}, {"enum": [null, "a"]}]}"#,
            r#"{"nullable": true, "allOf": [{"type": "string"}], "enum": ["a"]}"#,
            r#"{"not": {"type": "string"}, "type": ["string", "null"]}"#,
            r#"{"if": {"type": "null"}, "then": {"const": null}, "else": false}"#,
        ] {
            assert_eq!(verdict(schema), NullVerdict::Allowed, "{schema}");
        }
        for schema in [
            "false",
            r#"{"type": "string"}"#,
            r#"{"type": ["string", "null"], "enum": ["a"]}"#,
            r#"{"type": "integer", "enum": [1, null]}"#,
            r#"{"type": "string", "oneOf": [{"format": "uuid"}, {"type": "null"}]}"#,
            r#"{"oneOf": [{"type": ["string", "null"]}, {"type": ["integer", "null"]}]}"#,
            r#"{"type": "null", "anyOf": [{"type": "string"}, {"type": "integer"}]}"#,
            r#"{"type": ["object", "null"], "not": {"required": ["a"]}}"#,
        ] {
            assert_eq!(verdict(schema), NullVerdict::Forbidden, "{schema}");
        }
        for schema in [
            "{}",
            "true",
            r#"{"properties": {"a": {"type": "null"}}}"#,
            r#"{"type": null}"#,
            r#"{"enum": null, "minLength": 3}"#,
            r#"{"type": "money"}"#,
        ] {
            assert_eq!(verdict(schema), NullVerdict::Unsaid, "{schema}");
        }
    }
}
