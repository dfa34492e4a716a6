//! Reads the types of `typify` back as a schema that allows at least as much.

use serde_json::{Map, Value, json};
use typify::{TypeDetails, TypeEnum, TypeEnumVariant, TypeId, TypeSpace, TypeStruct};

use super::safe::{Names, original};

/// Maximum nesting of types. Deeper nesting is treated as a cycle.
const MAX_TYPE_DEPTH: usize = 16;

/// Reads the types of one type space.
pub(super) struct Reader<'a> {
    space: &'a TypeSpace,
    names: &'a Names,
    is_open: bool,
    depth: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(space: &'a TypeSpace, names: &'a Names, is_open: bool) -> Self {
        Self {
            space,
            names,
            is_open,
            depth: MAX_TYPE_DEPTH,
        }
    }

    /// Returns the schema of a type.
    pub(super) fn read(&mut self, id: &TypeId) -> Option<Value> {
        self.depth = self.depth.checked_sub(1)?;
        let found = self.space.get_type(id).ok()?;
        let read = match found.details() {
            TypeDetails::Struct(details) => self.read_struct(&details),
            TypeDetails::Enum(details) => self.read_enum(&details),
            TypeDetails::Newtype(details) => self.read(&details.inner()),
            TypeDetails::Box(inner) => self.read(&inner),
            TypeDetails::Option(inner) => self
                .read(&inner)
                .map(|inner| json!({"anyOf": [inner, {"type": "null"}]})),
            TypeDetails::Vec(element)
            | TypeDetails::Set(element)
            | TypeDetails::Array(element, _) => self
                .read(&element)
                .map(|element| json!({"type": "array", "items": element})),
            TypeDetails::Map(_, value) => self
                .read(&value)
                .map(|value| json!({"type": "object", "additionalProperties": value})),
            TypeDetails::Tuple(_) => Some(json!({"type": "array"})),
            TypeDetails::String => Some(json!({"type": "string"})),
            TypeDetails::Builtin(name) => read_builtin(name),
            TypeDetails::Unit => None,
        };
        self.depth += 1;
        read
    }

    fn read_struct(&mut self, details: &TypeStruct<'_>) -> Option<Value> {
        let mut properties = Map::new();
        let mut required = Vec::new();
        let mut is_open = self.is_open;
        for property in details.properties_info() {
            // A property with another name holds the additional properties.
            let Some(name) = original(&self.names.properties, 'p', property.name) else {
                is_open = true;
                continue;
            };
            properties.insert(name.clone(), self.read(&property.type_id)?);
            if property.required {
                required.push(name.clone());
            }
        }
        let mut schema = json!({
            "type": "object",
            "properties": properties,
            "required": required,
        });
        if let (true, Some(members)) = (is_open, schema.as_object_mut()) {
            members.insert("additionalProperties".to_owned(), json!(true));
        }
        Some(schema)
    }

    /// Reads an enum of strings or a union. Tagged variants cannot be used, because `typify` drops
    /// their tag.
    fn read_enum(&mut self, details: &TypeEnum<'_>) -> Option<Value> {
        let mut values = Vec::new();
        let mut branches = Vec::new();
        for variant in details.variants_info() {
            match variant.details {
                TypeEnumVariant::Simple => {
                    let value = original(&self.names.values, 'V', variant.name)?;
                    values.push(json!(value));
                }
                TypeEnumVariant::Tuple(types) => {
                    let is_named = variant.name.starts_with(['P', 'V'])
                        && !variant.name.starts_with("Variant");
                    let [only] = types.as_slice() else {
                        return None;
                    };
                    if is_named {
                        return None;
                    }
                    branches.push(self.read(only)?);
                }
                TypeEnumVariant::Struct(_) => return None,
            }
        }
        match (values.is_empty(), branches.is_empty()) {
            (false, true) => Some(json!({"type": "string", "enum": values})),
            (true, false) => Some(json!({"anyOf": branches})),
            _ => None,
        }
    }
}

fn read_builtin(name: &str) -> Option<Value> {
    match name.rsplit("::").next()? {
        "bool" => Some(json!({"type": "boolean"})),
        "f64" | "f32" => Some(json!({"type": "number"})),
        "Value" => Some(json!({})),
        name if name.starts_with(['i', 'u']) || name.starts_with("NonZero") => {
            Some(json!({"type": "integer"}))
        }
        _ => None,
    }
}
