//! Random schemas in every dialect: no panic, the rules of the provider, the order of the author, and values
//! that survive the round trip.

use serde_json::{Map, Value as Json, json};
use toolsmith_runtime::dialect::{Definition, Dialect, NoteKind, OrderedJson};
use toolsmith_tests::corpus::{Dice, Source, make_instances};
use toolsmith_tests::dialects::{RoundTrip, Tally, judge_instances, judge_source, problems};

/// The number of schemas.
const SCHEMAS: u64 = 40;

/// The depth of schemas in each other.
const DEPTH: usize = 4;

const NAMES: [&str; 8] = ["a", "b", "kind", "x/y", "~t", "$top", "f[x]", "é"];

struct Maker {
    dice: Dice,
}

impl Maker {
    fn pick(&mut self, texts: &[&str]) -> String {
        let picked = self.dice.pick(texts);
        picked.copied().unwrap_or_default().to_owned()
    }

    fn schema(&mut self, depth: usize) -> Json {
        if depth >= DEPTH {
            return self.scalar();
        }
        match self.dice.roll(14) {
            0..4 => self.scalar(),
            4..7 => self.object(depth),
            7 => {
                json!({"type": "array", "items": self.schema(depth + 1), "minItems": self.dice.roll(3)})
            }
            8 => {
                json!({"type": "array", "prefixItems": [self.schema(depth + 1), self.scalar()], "items": self.dice.percent(50)})
            }
            9 => json!({"type": "object", "additionalProperties": self.schema(depth + 1)}),
            10 => {
                json!({"oneOf": [self.schema(depth + 1), self.schema(depth + 1), {"type": "null"}]})
            }
            11 => {
                json!({"anyOf": [self.object(depth + 1), self.schema(depth + 1)], "description": "Either. "})
            }
            12 => {
                json!({"$ref": self.pick(&["#/$defs/Node", "#/$defs/Leaf", "#/$defs/Gone", "#/$defs/Or"]), "description": "A link?"})
            }
            _ => json!({"allOf": [self.object(depth + 1), self.object(depth + 1)]}),
        }
    }

    fn scalar(&mut self) -> Json {
        let low = self.dice.roll(9);
        match self.dice.roll(12) {
            0 => json!({"type": "integer", "minimum": low, "maximum": low + self.dice.roll(3)}),
            1 => json!({"type": ["string", "null"], "minLength": low}),
            2 => {
                json!({"type": "string", "pattern": self.pick(&["^a+$", "^\\d{4}$", "(", "\\p{L}+"])})
            }
            3 => {
                json!({"type": "string", "format": self.pick(&["date", "uuid", "uri", "odd", "date-time"]), "default": "x"})
            }
            4 => json!({"enum": ["a", "b", low, null]}),
            5 => json!({"const": self.pick(&["a", "b", ""])}),
            6 => json!({"type": "number", "multipleOf": 0.1, "exclusiveMinimum": low}),
            7 => json!({}),
            8 => json!({"type": "string", "nullable": true, "maxLength": 3}),
            9 => json!({"not": {"type": "string"}}),
            10 => json!({"type": "boolean", "deprecated": true, "examples": [true]}),
            _ => json!({"type": "string", "description": "A text. "}),
        }
    }

    fn properties(&mut self, depth: usize) -> Map<String, Json> {
        let count = self.dice.roll(4);
        let names = (0..count).map(|_| (self.pick(&NAMES), self.schema(depth + 1)));
        names.collect()
    }

    fn object(&mut self, depth: usize) -> Json {
        let mut object = json!({"type": "object", "properties": self.properties(depth)});
        if self.dice.percent(40) {
            object["required"] = json!([self.pick(&NAMES)]);
        }
        let part = |maker: &mut Self| {
            let name = maker.pick(&NAMES);
            json!({"properties": maker.properties(depth + 1), "required": [name]})
        };
        match self.dice.roll(12) {
            0 => object["additionalProperties"] = json!(false),
            1 => object["additionalProperties"] = self.schema(depth + 1),
            2 => object["patternProperties"] = json!({"^x": self.scalar()}),
            3 => {
                object["if"] =
                    json!({"properties": {"kind": {"const": "a"}}, "required": ["kind"]});
                object["then"] = part(self);
                object["else"] = json!({"if": part(self), "then": part(self)});
            }
            4 => object["dependentSchemas"] = json!({"a": part(self), "kind": part(self)}),
            5 => object["oneOf"] = json!([part(self), part(self)]),
            6 => object["unevaluatedProperties"] = json!(false),
            7 => object["minProperties"] = json!(self.dice.roll(4)),
            _ => {}
        }
        object
    }

    /// Makes the schema of arguments. The order of the root's properties is not alphabetical.
    fn arguments(&mut self) -> (String, Vec<String>) {
        let mut root = self.object(0);
        root["$defs"] = json!({
            "Node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}, "v": self.schema(2)}},
            "Leaf": self.object(2),
            "Or": {"oneOf": [{"$ref": "#/$defs/Node"}, {"$ref": "#/$defs/Leaf"}, {"type": "string"}]},
        });
        if self.dice.percent(10) {
            root = json!({"anyOf": [root.clone(), self.object(1)], "$defs": root["$defs"]});
        }
        let names = ["own_3", "own_1", "own_4", "own_2"];
        let own = names.map(|name| format!("\"{name}\": {}", self.schema(1)));
        let mut text = root.to_string();
        if root["properties"].is_object() {
            let separator = if root["properties"] == json!({}) {
                ""
            } else {
                ", "
            };
            let properties = format!("\"properties\":{{{}{separator}", own.join(", "));
            // The keywords are sorted, so that the root's own properties are the last ones, but for those
            // of keywords after it.
            let own_text = format!("\"properties\":{}", root["properties"]);
            if let Some(start) = text.rfind(&own_text) {
                text.replace_range(start..start + "\"properties\":{".len(), &properties);
                return (text, names.map(str::to_owned).to_vec());
            }
        }
        (text, Vec::new())
    }
}

/// Returns the names in the order of a list.
fn listed(definition: &OrderedJson, names: &[String]) -> Vec<String> {
    let text = serde_json::to_string(definition).unwrap();
    let place = |name: &String| text.find(&format!("\"{name}\":"));
    let mut found: Vec<(usize, String)> = names
        .iter()
        .filter_map(|name| Some((place(name)?, name.clone())))
        .collect();
    found.sort();
    found.into_iter().map(|(_, name)| name).collect()
}

#[test]
fn lists_of_random_schemas_follow_the_rules() {
    for seed in 0..SCHEMAS {
        let mut maker = Maker {
            dice: Dice::new(seed),
        };
        let (text, names) = maker.arguments();
        let schema: Json = serde_json::from_str(&text).unwrap();
        let tools = json!({"tools": [{"name": "case", "inputSchema": schema}]});
        let source = Source::new("random", &tools);
        let instances = make_instances(&source, seed);
        for dialect in Dialect::ALL {
            let (broken, _) = judge_source(dialect, &source);
            assert_eq!(broken, [""; 0], "{seed} {dialect:?} {text}");
            let mut tally = Tally::default();
            judge_instances(dialect, &source, &instances, &mut tally);
            // A list may have fewer values than a schema that allows names which it does not list.
            let changed = tally.examples.get(&RoundTrip::Changed);
            assert_eq!(changed, None, "{seed} {dialect:?} {text}");
            let ordered: OrderedJson = serde_json::from_str(&text).unwrap();
            let tool = Definition::new("case", "A case.", ordered);
            let list = dialect.list_of([tool]).unwrap();
            assert_eq!(problems(dialect, list.definitions()), [""; 0]);
            let Some(definition) = list.definitions().first() else {
                let mut notes = list.notes().iter();
                assert!(notes.any(|note| note.kind == NoteKind::Uncallable));
                continue;
            };
            let order = listed(definition, &names);
            let expected = names.iter().filter(|name| order.contains(name));
            let expected: Vec<&String> = expected.collect();
            assert!(
                order.iter().eq(expected),
                "{seed} {dialect:?} {order:?} {text}"
            );
        }
    }
}
