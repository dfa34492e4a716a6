//! Arguments of a tool, decoded strictly and compared with an independent validator.

use serde_json::{Value as Json, json};
use toolsmith_runtime::ToolSpec;

use crate::corpus::{Cause, Instance, Source, judge, make_instances, validator};

/// A tool and an independent validator of its body.
#[derive(Debug)]
pub struct Referee {
    tool: &'static ToolSpec,
    source: Source,
    schema: Json,
    validator: jsonschema::Validator,
}

impl Referee {
    /// Creates a referee for `tool`, or returns `None` if the schema of its body is invalid.
    #[must_use]
    pub fn new(tool: &'static ToolSpec) -> Option<Self> {
        let schema: Json = serde_json::from_str(tool.body_schema).ok()?;
        let tools = json!([{"name": tool.name, "inputSchema": schema}]);
        Some(Self {
            tool,
            source: Source::new(tool.name, &json!({"tools": tools})),
            validator: validator(&schema)?,
            schema,
        })
    }

    /// Reads bytes as arguments, or as a seed for some, and compares the verdicts. Accepted arguments must
    /// be encoded unchanged. Returns the number of accepted arguments.
    ///
    /// # Panics
    ///
    /// If the verdicts differ.
    #[must_use]
    pub fn feed(&self, bytes: &[u8]) -> usize {
        if let Ok(value) = serde_json::from_slice::<Json>(bytes) {
            let paths = self.validator.iter_errors(&value);
            let paths: Vec<String> = paths
                .map(|error| error.instance_path().to_string())
                .collect();
            let instance = Instance {
                index: 0,
                how: "fed".to_owned(),
                record: Json::Null,
                is_valid: paths.is_empty(),
                paths,
                value,
            };
            return usize::from(self.compare(&instance));
        }
        let mix = |seed: u64, byte: &u8| seed.wrapping_mul(31).wrapping_add(u64::from(*byte));
        let made = make_instances(&self.source, bytes.iter().fold(7, mix));
        let taken = made.iter().filter(|instance| self.compare(instance));
        taken.count()
    }

    /// Returns `true` if both accept it.
    fn compare(&self, instance: &Instance) -> bool {
        let answer = match self.tool.check(&instance.value) {
            Ok(encoded) => json!({"encoded": encoded}),
            Err(error) => {
                let problems = error.problems().iter();
                let problems =
                    problems.map(|problem| json!([problem.path, problem.kind.to_string()]));
                json!({"problems": problems.collect::<Vec<_>>()})
            }
        };
        let cause = judge(&self.schema, instance, &answer);
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
            "{cause:?}: {value}, wrong to the validator at {paths:?}, answered {answer}"
        );
        cause == Cause::BothAccept
    }
}
