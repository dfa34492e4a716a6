//! Arguments of a tool whose schema asks for all that can be asked, decoded strictly and by a
//! validator that knows nothing of ours.

use std::sync::LazyLock;

use serde_json::{Value as Json, json};

use crate::corpus::{Cause, Instance, Source, judge, make_instances, validator};

#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "it is written as a module of a crate that others use"
)]
#[path = "../../golden/strict/src/strict/mod.rs"]
mod strict;

/// The tool for the validator.
static SOURCE: LazyLock<Source> = LazyLock::new(|| {
    let tools = strict::TOOLS.iter().map(|tool| {
        let schema: Json = serde_json::from_str(tool.body_schema).unwrap_or_default();
        json!({"name": tool.name, "inputSchema": schema})
    });
    Source::new("strict", &json!({"tools": tools.collect::<Vec<_>>()}))
});

static VALIDATOR: LazyLock<Option<jsonschema::Validator>> = LazyLock::new(|| validator(schema()));

fn schema() -> &'static Json {
    let tool = SOURCE.tools.first();
    tool.map_or(&Json::Null, |tool| &tool["inputSchema"])
}

/// Bytes as arguments, or as the seed of some: what a validator takes is taken and nothing else,
/// and it is encoded again as it was.
///
/// # Panics
///
/// If the two do not agree.
pub fn arguments(bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Json>(bytes) else {
        let mix = |seed: u64, byte: &u8| seed.wrapping_mul(31).wrapping_add(u64::from(*byte));
        for instance in make_instances(&SOURCE, bytes.iter().fold(7, mix)) {
            compare(&instance);
        }
        return;
    };
    let Some(validator) = VALIDATOR.as_ref() else {
        return assert!(schema().is_null(), "the schema is one");
    };
    let paths = validator.iter_errors(&value);
    let paths: Vec<String> = paths
        .map(|error| error.instance_path().to_string())
        .collect();
    compare(&Instance {
        index: 0,
        how: "fed".to_owned(),
        record: Json::Null,
        is_valid: paths.is_empty(),
        paths,
        value,
    });
}

fn compare(instance: &Instance) {
    let tool = strict::TOOLS.first();
    let answer = tool.map(|tool| match tool.check(&instance.value) {
        Ok(encoded) => json!({"encoded": encoded}),
        Err(error) => {
            let problems = error.problems().iter();
            let problems = problems.map(|problem| json!([problem.path, problem.kind.to_string()]));
            json!({"problems": problems.collect::<Vec<_>>()})
        }
    });
    let cause = judge(schema(), instance, &answer.unwrap_or_default());
    let is_fine = !matches!(
        cause,
        Cause::WronglyRefused
            | Cause::WronglyAccepted
            | Cause::Changed
            | Cause::OtherPlace
            | Cause::NoAnswer
    );
    let Instance { value, paths, .. } = instance;
    assert!(
        is_fine,
        "{cause:?}: {value}, which the validator says of: {paths:?}"
    );
}
