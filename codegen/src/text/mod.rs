//! The texts of a catalog that a model reads: names, titles, descriptions, values.
//!
//! Hidden characters and names that look alike are errors. Texts that instruct the model, and texts that
//! contradict the effect of their tool, are warnings. The overlay can allow each of them with a reason.

mod allow;
mod confusable;
mod effect;
mod encoded;
mod hidden;
mod instructs;
mod normalize;
mod phrases;
mod places;
#[cfg(test)]
mod tests;

use rayon::iter::{
    IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _,
};

use crate::catalog::{Catalog, Tool};
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::report::{TextFinding, TextFindingKind};
use instructs::Read;
use places::{SERVER_PLACE, Text, texts_of};

/// The tools that a thread checks at least: they share the texts that were read.
const MIN_TOOLS: usize = 8;

/// The findings in the texts of a catalog, without those that the overlay allows.
#[derive(Debug, Default)]
pub(crate) struct TextFindings {
    /// The errors and warnings, by tool and place.
    pub(crate) found: Vec<TextFinding>,
    /// The errors of the overlay: it allows what is not there.
    stale: Diagnostics,
}

impl TextFindings {
    /// Returns the warnings.
    pub(crate) fn warnings(&self) -> impl Iterator<Item = &TextFinding> {
        self.found.iter().filter(|finding| !finding.kind.is_error())
    }

    /// Fails if there are errors. `catalog` is the file of the catalog.
    ///
    /// # Errors
    ///
    /// Returns the errors, each with its place and a remedy.
    pub(crate) fn refuse(&self, file: &str) -> Result<(), Diagnostics> {
        let mut problems = self.stale.clone();
        for finding in self.found.iter().filter(|finding| finding.kind.is_error()) {
            problems.push(diagnose(file, finding));
        }
        problems.finish()
    }
}

/// Checks the texts of the visible tools of a catalog.
pub(crate) fn check_texts(catalog: &Catalog) -> TextFindings {
    // Catalogs repeat most of their texts, such as the description of a cursor.
    let tools = catalog.tools.par_iter().with_min_len(MIN_TOOLS);
    let of_tools = tools.map_init(Read::default, |read, tool| check_tool(tool, read));
    let mut found: Vec<TextFinding> = of_tools.flatten_iter().collect();
    if let Some(instructions) = &catalog.instructions {
        let text = Text::value(SERVER_PLACE.to_owned(), instructions);
        found.extend(hidden::check("", &text));
        found.extend(instructs::check("", &text, &mut Read::default()));
    }
    found.extend(confusable::check_tools(&catalog.tools));
    found.sort();
    found.dedup();
    let stale = allow::apply(catalog, &mut found);
    TextFindings { found, stale }
}

fn check_tool<'a>(tool: &'a Tool, read: &mut Read<'a>) -> Vec<TextFinding> {
    let texts = texts_of(tool);
    let mut found = confusable::check_arguments(tool);
    for text in &texts {
        found.extend(hidden::check(&tool.name, text));
        found.extend(instructs::check(&tool.name, text, read));
    }
    found.extend(effect::check(tool));
    found
}

/// Returns the error for a finding.
fn diagnose(file: &str, finding: &TextFinding) -> Diagnostic {
    let is_server = finding.tool.is_empty();
    let location = SourceLocation {
        file: file.to_owned(),
        pointer: String::new(),
        tool: (!is_server).then(|| hidden::written_out(&finding.tool)),
    };
    let key = match finding.kind {
        _ if is_server => String::new(),
        _ => format!("tool = {}, ", hidden::toml_string(&finding.tool)),
    };
    let place = match finding.pointer.as_str() {
        "" => String::new(),
        pointer => format!("at = {}, ", hidden::toml_string(pointer)),
    };
    let why = match finding.kind {
        TextFindingKind::HiddenCharacters => "a model reads them and a person does not see them",
        _ => "a model or a person may take one name for the other",
    };
    let correct = match finding.kind {
        TextFindingKind::HiddenCharacters => {
            "have them removed at the source, or correct the text with `set` in the overlay"
        }
        _ => "have the name changed at the source, or `hide` or `exclude` the tool",
    };
    Diagnostic::new(location, finding.cause.clone())
        .because(why)
        .help(format!(
            "{correct}; to keep the text, add [[change]] with {key}{place}allow = [\"{}\"] and a reason",
            finding.kind.as_str()
        ))
}
