//! Instances: values with the verdict of a validator, to be compared with that of the generated code.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};

use super::{Sdk, Source, Tallies};

/// A value for a tool, valid or not.
#[derive(Debug, Clone)]
pub struct Instance {
    /// The position of the tool in the source.
    pub index: usize,
    /// The origin of the value.
    pub how: String,
    /// The value as arguments.
    pub value: Json,
    /// The value as a record.
    pub record: Json,
    /// `true` if the validator accepts it.
    pub is_valid: bool,
    /// The pointers of the problems.
    pub paths: Vec<String>,
}

/// Reads the instances of a source, if there are any.
///
/// # Errors
///
/// A file cannot be read.
pub fn read_instances(folder: &Path, name: &str) -> io::Result<Vec<Instance>> {
    let path = folder.join("instances").join(format!("{name}.jsonl"));
    if !path.exists() {
        return Ok(Vec::new());
    }
    let bytes = std::fs::read(path)?;
    let mut instances = Vec::new();
    for line in bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        let line: Json = serde_json::from_slice(line)?;
        let paths = line["errors"].as_array().into_iter().flatten();
        instances.push(Instance {
            index: usize::try_from(line["schema_index"].as_u64().unwrap_or(0)).unwrap_or(0),
            how: line["how"].as_str().unwrap_or("").to_owned(),
            value: line["instance"].clone(),
            record: line["instance"].clone(),
            is_valid: line["valid"].as_bool().unwrap_or(false),
            paths: paths
                .filter_map(|path| path.as_str().map(str::to_owned))
                .collect(),
        });
    }
    Ok(instances)
}

/// Compares the verdict of the compiled crate on each instance with that of the validator.
///
/// # Errors
///
/// The program of the crate does not run.
pub fn compare(
    source: &Source,
    instances: &[Instance],
    sdk: &Sdk,
    target: &Path,
    tallies: &mut Tallies,
) -> io::Result<()> {
    let answers = ask(source, instances, sdk, target)?;
    for (instance, answer) in instances.iter().zip(&answers) {
        let name = format!("{}/{}", source.name, source.tool_name(instance.index));
        let tool = source.tools.get(instance.index).unwrap_or(&Json::Null);
        tallies.add(&name, tool, instance, answer);
    }
    Ok(())
}

/// Returns the results of the compiled crate in the order of the instances; null if it gave none.
///
/// # Errors
///
/// The program of the crate does not run.
pub fn ask(
    source: &Source,
    instances: &[Instance],
    sdk: &Sdk,
    target: &Path,
) -> io::Result<Vec<Json>> {
    let program = target
        .join("debug")
        .join(format!("sdk-{}", source.name.replace('.', "_")));
    let mut lines = String::new();
    for instance in instances {
        let name = source.tool_name(instance.index);
        let line = json!({"tool": name, "instance": instance.value, "record": instance.record});
        lines.push_str(&line.to_string());
        lines.push('\n');
    }
    let mut child = Command::new(program)
        .current_dir(&sdk.folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut stdin = child
        .stdin
        .take()
        .ok_or_else(|| io::Error::other("no input"))?;
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output()?;
    let _ = writer.join();
    let answers = String::from_utf8_lossy(&output.stdout);
    let mut answers = answers.lines();
    let answers = instances
        .iter()
        .map(|_| serde_json::from_str(answers.next().unwrap_or("null")));
    Ok(answers.collect::<Result<_, _>>()?)
}
