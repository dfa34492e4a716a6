//! The rule of a schema about null.
//!
//! Null is a single value without parts, so that a schema decides about it without a value at hand:
//! by its own keywords, and by the schemas that it refers to or combines.

use std::collections::BTreeMap;

use toolsmith_dialect::json_type::{JsonType, TypeName, type_named};

use crate::source::{Json, Members};

/// The rule of a schema about null, before references are followed.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum NullSchema {
    /// Nothing: no keyword applies to null.
    #[default]
    Unsaid,
    /// Null is valid.
    Allowed,
    /// Null is invalid.
    Forbidden,
    /// The rule of the target of a reference.
    Reference {
        /// The reference as written.
        text: String,
        /// The pointer of the target, once it is resolved.
        target: Option<String>,
    },
    /// All of them together.
    All(Vec<NullSchema>),
    /// Any of them.
    Any(Vec<NullSchema>),
    /// Exactly one of them.
    One(Vec<NullSchema>),
    /// The opposite.
    Not(Box<NullSchema>),
    /// `if`, `then` and `else`.
    If(Box<[NullSchema; 3]>),
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
pub(crate) type NullSchemas = BTreeMap<String, NullSchema>;

/// Maximum nesting of rules and references. Deeper nesting is treated as a cycle.
const MAX_DEPTH: usize = 100;

/// Maximum number of rules that one verdict reads, because nested references can grow exponentially.
const MAX_RULES: usize = 10_000;

/// Returns what `json` says about null.
pub(super) fn parse_null(json: &Json) -> NullSchema {
    match json {
        Json::Bool(false) => NullSchema::Forbidden,
        Json::Object(members) => parse_members(members),
        _ => NullSchema::Unsaid,
    }
}

fn parse_members(members: &Members) -> NullSchema {
    let is_true = |keyword| members.get(keyword) == Some(&Json::Bool(true));
    // The author means it, also next to keywords that forbid null.
    if is_true("nullable") || is_true("x-nullable") {
        return NullSchema::Allowed;
    }
    let rules = members.iter().filter_map(|(keyword, value)| {
        let each = || value.as_array().unwrap_or_default().iter().map(parse_null);
        let is_list = value.as_array().is_some_and(|list| !list.is_empty());
        if is_unset(keyword, value, members) {
            return None;
        }
        match keyword.as_str() {
            "type" => Some(parse_type(value)),
            "const" => Some(allowed_if(*value == Json::Null)),
            "enum" if is_list => {
                let values = value.as_array().unwrap_or_default();
                Some(allowed_if(values.contains(&Json::Null)))
            }
            "$ref" | "$dynamicRef" | "$recursiveRef" => {
                let text = value.as_str()?.to_owned();
                Some(NullSchema::Reference { text, target: None })
            }
            "allOf" => Some(NullSchema::All(each().collect())),
            "anyOf" if is_list => Some(NullSchema::Any(each().collect())),
            "oneOf" if is_list => Some(NullSchema::One(each().collect())),
            "not" => Some(NullSchema::Not(Box::new(parse_null(value)))),
            "if" => {
                let branch = |keyword| members.get(keyword).map(parse_null).unwrap_or_default();
                let rules = [parse_null(value), branch("then"), branch("else")];
                Some(NullSchema::If(Box::new(rules)))
            }
            _ => None,
        }
    });
    let mut rules: Vec<NullSchema> = rules.collect();
    match rules.len() {
        1 => rules.pop().unwrap_or_default(),
        0 => NullSchema::Unsaid,
        _ => NullSchema::All(rules),
    }
}

fn allowed_if(is_allowed: bool) -> NullSchema {
    if is_allowed {
        NullSchema::Allowed
    } else {
        NullSchema::Forbidden
    }
}

/// Returns what `type` says. A name that is not known says nothing.
fn parse_type(value: &Json) -> NullSchema {
    let names = match value {
        Json::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    let mut rule = NullSchema::Forbidden;
    for name in names {
        match name.as_str().and_then(TypeName::parse) {
            Some(TypeName::Type(JsonType::Null)) => return NullSchema::Allowed,
            Some(TypeName::Type(_)) => {}
            Some(TypeName::Any) | None => rule = NullSchema::Unsaid,
        }
    }
    rule
}

/// Returns `true` if a keyword says nothing: a program writes null for a keyword that is not set, and an
/// empty list for an `enum`. A `const` of null is a value, unless the type next to it excludes null.
pub(crate) fn is_unset(keyword: &str, value: &Json, members: &Members) -> bool {
    match (keyword, value) {
        ("enum", Json::Array(values)) => values.is_empty(),
        ("enum" | "format" | "nullable" | "pattern" | "x-nullable", Json::Null) => true,
        ("const", Json::Null) => {
            let is_true = |keyword| members.get(keyword) == Some(&Json::Bool(true));
            let excludes = |value: &Json| parse_type(value) == NullSchema::Forbidden;
            let is_nullable = is_true("nullable") || is_true("x-nullable");
            !is_nullable && members.get("type").is_some_and(excludes)
        }
        _ => false,
    }
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
        || members
            .get("const")
            .is_some_and(|value| is_null(value) && !is_unset("const", value, members))
        || list("enum").is_some_and(|values| values.iter().all(is_null))
        || unions().any(|branches| branches.iter().all(is_null_alone));
    let is_forbidden = || parse_null(json).verdict(&NullSchemas::new()) == NullVerdict::Forbidden;
    says_null && !overrules_null_type(members) && !is_forbidden()
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
            rule.verdict(&NullSchemas::new())
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
    let is_null = |name: &Json| name.as_str().and_then(type_named) == Some(JsonType::Null);
    !names.is_empty() && names.iter().all(is_null)
}

impl NullSchema {
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
        let rules = match self {
            Self::Reference { text, target } => return visit(text, target),
            Self::All(rules) | Self::Any(rules) | Self::One(rules) => rules.as_mut_slice(),
            Self::Not(rule) => std::slice::from_mut(rule.as_mut()),
            Self::If(rules) => rules.as_mut_slice(),
            Self::Unsaid | Self::Allowed | Self::Forbidden => return,
        };
        for rule in rules {
            rule.visit_references(visit);
        }
    }

    /// Returns the verdict; `targets` are the rules that references point to.
    pub(crate) fn verdict(&self, targets: &NullSchemas) -> NullVerdict {
        let mut judge = Judge {
            targets,
            left: MAX_RULES,
        };
        judge.judge(self, MAX_DEPTH)
    }
}

/// Judges rules.
struct Judge<'a> {
    targets: &'a NullSchemas,
    left: usize,
}

impl Judge<'_> {
    fn judge(&mut self, rule: &NullSchema, depth: usize) -> NullVerdict {
        let (Some(depth), Some(left)) = (depth.checked_sub(1), self.left.checked_sub(1)) else {
            return NullVerdict::Unsaid;
        };
        self.left = left;
        match rule {
            NullSchema::Unsaid => NullVerdict::Unsaid,
            NullSchema::Allowed => NullVerdict::Allowed,
            NullSchema::Forbidden => NullVerdict::Forbidden,
            NullSchema::Reference { target, .. } => {
                let target = target.as_deref();
                match target.and_then(|target| self.targets.get(target)) {
                    Some(rule) => self.judge(rule, depth),
                    None => NullVerdict::Unsaid,
                }
            }
            NullSchema::All(rules) => self.all(rules, depth),
            NullSchema::Any(rules) => self.any(rules, depth),
            NullSchema::One(rules) => self.one(rules, depth),
            NullSchema::Not(rule) => match self.judge(rule, depth) {
                NullVerdict::Forbidden => NullVerdict::Unsaid,
                NullVerdict::Unsaid | NullVerdict::Allowed => NullVerdict::Forbidden,
            },
            NullSchema::If(rules) => {
                let [condition, then, otherwise] = rules.as_ref();
                match self.judge(condition, depth) {
                    NullVerdict::Forbidden => self.judge(otherwise, depth),
                    NullVerdict::Unsaid | NullVerdict::Allowed => self.judge(then, depth),
                }
            }
        }
    }

    fn all(&mut self, rules: &[NullSchema], depth: usize) -> NullVerdict {
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

    fn any(&mut self, rules: &[NullSchema], depth: usize) -> NullVerdict {
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
    fn one(&mut self, rules: &[NullSchema], depth: usize) -> NullVerdict {
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
        parse_null(&parse_json("", schema).unwrap()).verdict(&NullSchemas::new())
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
