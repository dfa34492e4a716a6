//! Every strict schema is a grammar.

use llguidance::ParserFactory;
use llguidance::api::TopLevelGrammar;
use llguidance::toktrie::ApproximateTokEnv;
use serde_json::Value;
use toolsmith_runtime::dialect::Dialect;

use crate::corpus;

fn factory() -> ParserFactory {
    let env = ApproximateTokEnv::single_byte_env();
    let mut factory = ParserFactory::new_simple(&env).unwrap();
    factory.quiet();
    factory
}

/// Returns the complaint of the engine about a schema.
fn compile(factory: &ParserFactory, schema: &Value) -> Result<(), String> {
    let grammar = TopLevelGrammar::from_json_schema(schema.clone());
    let mut parser = factory
        .create_parser(grammar)
        .map_err(|error| error.to_string())?;
    parser.start_without_prompt();
    match parser.compute_mask() {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

fn parameters(definition: &Value) -> &Value {
    let keys = ["parameters", "input_schema"];
    keys.iter().find_map(|key| definition.get(*key)).unwrap()
}

#[test]
fn every_strict_schema_of_the_corpus_is_a_grammar() {
    let Some(sources) = corpus::read() else {
        return;
    };
    let factory = factory();
    let (mut compiled, mut refused) = (0, Vec::new());
    for dialect in [Dialect::OpenAiResponsesStrict, Dialect::AnthropicStrict] {
        for tool in sources.values().flatten() {
            let list = dialect.list_of([tool.definition()]).unwrap();
            for definition in list.definitions() {
                if definition["strict"] != true {
                    continue;
                }
                compiled += 1;
                if let Err(problem) = compile(&factory, parameters(definition)) {
                    let start: String = definition.to_string().chars().take(1500).collect();
                    refused.push(format!(
                        "{} {}: {problem}\n{start}",
                        dialect.as_str(),
                        tool.place
                    ));
                }
            }
        }
    }
    println!("{compiled} schemas");
    let count = refused.len();
    let first: Vec<&String> = refused.iter().take(20).collect();
    assert!(refused.is_empty(), "{count} refused: {first:#?}");
    assert!(compiled > 10_000, "{compiled}");
}
