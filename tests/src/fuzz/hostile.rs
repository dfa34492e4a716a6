//! Seeds, and tokens to insert.

/// Strings that close comments and strings, refer to nothing, or are invalid.
pub const DICTIONARY: &[&str] = &[
    "*/",
    "\"#",
    "\\\"); } fn evil() {} /*",
    "include!(\\\"/etc/passwd\\\")",
    "```\\nevil()\\n```",
    "\\u202e",
    "\\u0000",
    "\\ud800",
    "1e400",
    "-0.0",
    "18446744073709551616",
    "../../evil",
    "{}",
    "[]",
    "null",
    "true",
    "\"\"",
    "{\"$ref\":\"#\"}",
    "{\"$ref\":\"#/properties/a\"}",
    "{\"allOf\":[{\"$ref\":\"#\"},{\"properties\":{\"a\":false}}]}",
    "{\"allOf\":[{\"properties\":{\"a\":{\"minLength\":1}}},{\"properties\":{\"a\":{\"minLength\":2}}}]}",
    "{\"oneOf\":[{\"const\":1},{\"const\":\"1\"},{\"type\":\"null\"}]}",
    "{\"prefixItems\":[{\"type\":\"string\"}],\"items\":false,\"minItems\":1}",
    "{\"not\":{},\"if\":true,\"then\":false}",
    "{\"patternProperties\":{\"(\":{\"pattern\":\"(?<a>.)\\\\1\"}}}",
    "{\"type\":[\"string\",\"null\",\"object\"],\"properties\":{\"self\":{},\"Self\":{},\"\":{}}}",
    "\"crate\"",
    "\"Option\"",
    "\"gen\"",
    "\"{{userId}}\"",
    "\"+1\"",
];

/// Returns catalogs of each kind, companions and responses, small and varied.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let nested = format!("{}{{}}{}", "{\"items\":".repeat(100), "}".repeat(100));
    let mut seeds: Vec<Vec<u8>> = SEEDS.iter().map(|seed| seed.as_bytes().to_vec()).collect();
    seeds.extend([deep.into_bytes(), nested.into_bytes()]);
    for golden in GOLDENS {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");
        let path = std::path::Path::new(folder)
            .join(golden)
            .join("catalog.json");
        seeds.extend(std::fs::read(path));
    }
    seeds
}

const GOLDENS: &[&str] = &["names", "nullable", "shapes"];

const SEEDS: &[&str] = &[
    r#"{"size":4,"kind":"a","ratio":0.5,"level":2,"code":"ab","tags":["x","y"],"pair":["p",true],"note":null,"limits":{"a":1}}"#,
    r#"{"size":-2,"kind":"b","either":[1,2],"block":{"type":"text","text":"t"},"shape":{"side":1.5},"odd":3,"mixed":{"b":[1]}}"#,
    r#"{"size":0,"kind":"c","either":"e","tree":{"leaf":1,"next":{"leaf":2,"all":[{"leaf":3,"all":[]}]}},"both":{"low":1,"high":2},"card":{"number":"1","code":"2","cash":false}}"#,
    r#"[{"resource":"a","method":"list","name":"list_a","description":"d","query_schema":{"type":"object","properties":{"b":{"type":"string","enum":["x","y"]}}},"body_schema":null,"required":["b"],"tags":[],"response_schema":{"type":"object","properties":{"id":{"type":"string"}}}}]"#,
    r#"{"tools":[{"name":"t","description":"d","inputSchema":{"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"array","items":{"$ref":""}}]}},"required":["a"]},"outputSchema":{"$ref":"x"}}]}"#,
    r#"[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{"a":{"allOf":[{"type":"integer","minimum":0},{"maximum":9}]}}}}}]"#,
    r##"{"schema":{"type":"object","properties":{"a":{"$ref":"#/$defs/n"}},"$defs":{"n":{"oneOf":[{"type":"object","properties":{"k":{"const":"x"},"n":{"$ref":"#/$defs/n"}},"required":["k"]},{"type":"object","properties":{"k":{"const":"y"}},"required":["k"]}]}}}}"##,
    "[[change]]\ntool = \"list_a\"\npointer = \"/query_schema/properties/b\"\naction = \"remove\"\nreason = \"r\"\n\0[tools.list_a]\nrequest = \"ListA\"\nmethod = \"list\"\nresource = \"a\"\n",
    "110;w=10\x00109\x0060\x001.5\x00{\"id\":\"k\",\"name\":\"n\",\"projectId\":\"p\",\"createdAt\":\"2026-06-23T10:00:00Z\"}",
    "limit=5, remaining=0, reset=1e9\x00\x00-1\x00Wed, 21 Oct 2015 07:28:00 GMT\x00[1,2]",
];
