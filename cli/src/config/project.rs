//! Parsing of the keys outside of the catalogs: where the generated code is, and its form.

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toolsmith_codegen::options::{Enums, Features, Layout, NestedModule};

use super::reader::Reader;
use super::{runtime, values};
use crate::program::Program;
use crate::text::nearest::{listed, nearest};
use crate::workspace::CRATE;

use super::runtime::RuntimeSource;

/// The keys outside of the catalogs.
pub(super) const KEYS: [&str; 9] = [
    "version",
    "crate",
    "crate_name",
    "module",
    "command",
    "runtime",
    "features",
    "enums",
    "tombstones",
];

/// The generated code of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProjectConfig {
    /// The version of Toolsmith that writes the code; `None` for any.
    pub(crate) version: Option<String>,
    /// The place of the code.
    pub(crate) target: TargetConfig,
    /// The name of the crate in Rust code, if it is not that of the manifest.
    pub(crate) crate_name: Option<String>,
    /// The program that the headers of files name; `None` for the one that runs.
    pub(crate) command: Option<Program>,
    /// The dependency on the runtime; `None` to keep that of the manifest.
    pub(crate) runtime: Option<RuntimeSource>,
    /// The features that enable parts of the code; `None` for the default of the target.
    pub(crate) features: Option<Features>,
    /// The treatment of values that a later catalog may add.
    pub(crate) enums: Enums,
    /// `true` if the code of a removed tool stays for one release.
    pub(crate) tombstones: bool,
}

/// The place of the generated code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TargetConfig {
    /// A crate in this folder, from the root.
    Crate(String),
    /// A module of a crate of the user, in this folder from the root: `src/tools`.
    Module(String),
}

impl TargetConfig {
    /// Returns the layout of the modules of the generated code.
    pub(crate) fn layout(&self) -> Layout {
        match self {
            Self::Crate(_) => Layout::Modules,
            Self::Module(folder) => Layout::Nested(split_module(folder).1),
        }
    }
}

/// Splits the folder of a module into that of its package and the module.
pub(crate) fn split_module(folder: &str) -> (String, NestedModule) {
    let names: Vec<&str> = folder.split('/').collect();
    let source = names.iter().position(|name| *name == "src");
    let (package, inside) = names.split_at(source.unwrap_or_default());
    let module = NestedModule {
        path: inside.get(1..).unwrap_or_default().join("::"),
        folder: inside.join("/"),
    };
    (package.join("/"), module)
}

impl Default for ProjectConfig {
    fn default() -> Self {
        Self {
            version: None,
            target: TargetConfig::Crate(CRATE.to_owned()),
            crate_name: None,
            command: None,
            runtime: None,
            features: None,
            enums: Enums::default(),
            tombstones: false,
        }
    }
}

/// Parses the keys outside of the catalogs.
pub(super) fn parse_project(reader: &mut Reader<'_>, root: &DeTable<'_>) -> ProjectConfig {
    let mut project = ProjectConfig::default();
    for (key, value) in root {
        let key_name = key.get_ref().as_ref();
        if KEYS.contains(&key_name) {
            read_key(reader, &mut project, key_name, value);
        } else if key_name != "catalog" {
            let known: Vec<&str> = KEYS.into_iter().chain(["catalog"]).collect();
            reader.unknown_key(key.span(), key_name, &known);
        }
    }
    let find = |wanted: &str| root.iter().find(|(key, _)| key.get_ref() == wanted);
    if let (Some(_), Some((module, _))) = (find("crate"), find("module")) {
        let diagnostic = reader
            .at(module.span(), "the file has `crate` and `module`")
            .help("keep `crate` for code in a separate crate, or `module` for code in one of your crates");
        reader.report_as(diagnostic);
    }
    project
}

fn read_key(
    reader: &mut Reader<'_>,
    project: &mut ProjectConfig,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) {
    match key {
        "version" => project.version = version(reader, value),
        "crate" => {
            if let Some(folder) = folder(reader, key, value) {
                project.target = TargetConfig::Crate(folder);
            }
        }
        "module" => {
            if let Some(folder) = module(reader, value) {
                project.target = TargetConfig::Module(folder);
            }
        }
        "crate_name" => project.crate_name = crate_name(reader, value),
        "command" => {
            let programs = Program::ALL.map(|program| (program.name(), program));
            project.command = choice(reader, key, value, &programs);
        }
        "runtime" => project.runtime = runtime::parse_runtime(reader, value),
        "features" => {
            let choices = [
                ("catalogs", Features::Catalogs),
                ("resources", Features::Resources),
                ("none", Features::None),
            ];
            project.features = choice(reader, key, value, &choices);
        }
        "tombstones" => match value.get_ref().as_bool() {
            None => reader.wrong_type(key, value, "true or false"),
            Some(tombstones) => project.tombstones = tombstones,
        },
        _ => {
            let choices = [("open", Enums::Open), ("exhaustive", Enums::Exhaustive)];
            project.enums = choice(reader, key, value, &choices).unwrap_or_default();
        }
    }
}

/// Parses `version`: three numbers, and optionally a pre-release.
fn version(reader: &mut Reader<'_>, value: &Spanned<DeValue<'_>>) -> Option<String> {
    let text = reader.string("version", value)?;
    let (numbers, rest) = match text.split_once(['-', '+']) {
        Some((numbers, rest)) => (numbers, Some(rest)),
        None => (text.as_str(), None),
    };
    let numbers: Vec<&str> = numbers.split('.').collect();
    let is_number = |part: &&str| part.parse::<u64>().is_ok() && !part.starts_with('+');
    if numbers.len() == 3 && numbers.iter().all(is_number) && rest != Some("") {
        return Some(text);
    }
    let what = format!("`version` is not a version of Toolsmith: `{text}`");
    let diagnostic = reader.at(value.span(), what);
    let current = env!("CARGO_PKG_VERSION");
    reader.report_as(diagnostic.help(format!("write version = \"{current}\"")));
    None
}

/// Parses a folder from the root: `crates/auth-tools`, or `.` for the root.
fn folder(reader: &mut Reader<'_>, key: &str, value: &Spanned<DeValue<'_>>) -> Option<String> {
    let path = values::file(reader, key, value)?;
    let names = path
        .split('/')
        .filter(|name| !name.is_empty() && *name != ".");
    let names: Vec<&str> = names.collect();
    Some(if names.is_empty() {
        ".".to_owned()
    } else {
        names.join("/")
    })
}

/// Parses `module`: a folder below `src`, whose names are those of Rust modules.
fn module(reader: &mut Reader<'_>, value: &Spanned<DeValue<'_>>) -> Option<String> {
    let folder = folder(reader, "module", value)?;
    let mut names = folder.split('/').skip_while(|name| *name != "src").skip(1);
    let is_module = |name: &str| {
        let is_word =
            |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_';
        name.chars().all(is_word) && name != "gen" && syn::parse_str::<syn::Ident>(name).is_ok()
    };
    let mut modules = names.by_ref().peekable();
    if modules.peek().is_some() && modules.all(is_module) {
        return Some(folder);
    }
    let what = format!("`module` is not the folder of a module: `{folder}`");
    let diagnostic = reader
        .at(value.span(), what)
        .help("write the folder of the module, below `src`, with names of Rust modules: src/tools");
    reader.report_as(diagnostic);
    None
}

/// Parses `crate_name`: the name of a crate, with `-` or `_`.
fn crate_name(reader: &mut Reader<'_>, value: &Spanned<DeValue<'_>>) -> Option<String> {
    let text = reader.string("crate_name", value)?;
    let name = text.replace('-', "_");
    if name.is_ascii() && name != "gen" && syn::parse_str::<syn::Ident>(&name).is_ok() {
        return Some(name);
    }
    let what = format!("`crate_name` is not the name of a crate: `{text}`");
    let diagnostic = reader.at(value.span(), what);
    reader.report_as(diagnostic.help("write it as `use` names it: auth_tools"));
    None
}

/// Parses one of several words.
fn choice<T: Copy>(
    reader: &mut Reader<'_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
    choices: &[(&str, T)],
) -> Option<T> {
    let text = reader.string(key, value)?;
    let found = choices.iter().find(|(word, _)| *word == text);
    if found.is_none() {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let help = match nearest(&text, words.iter().copied()).as_slice() {
            [] => format!("write {}", listed(&words)),
            near => format!("did you mean {}?", listed(near)),
        };
        let diagnostic = reader.at(value.span(), format!("unknown value `{text}` of `{key}`"));
        reader.report_as(diagnostic.help(help));
    }
    found.map(|(_, value)| *value)
}
