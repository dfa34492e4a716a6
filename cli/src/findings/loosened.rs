//! Places of schemas that a type cannot express.

use serde::Serialize;
use toolsmith_codegen::report::{Precision, Report};

use crate::screen::lines::push_line;
use crate::screen::style::{DIMMED, FAILURE, HEADING, NAME, WARNING, paint};
use crate::text::escaped::visible_name;

/// The number of loosened places that are listed unless they are denied.
const MAX_LISTED_PLACES: usize = 8;

/// The treatment of places that are typed as `Json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loosened {
    /// They are counted.
    Allowed,
    /// They are findings, and nothing is written.
    Denied,
}

/// A place that is typed as `Json`, that has a keyword that is not checked, or that no value
/// satisfies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct LoosenedPlace {
    /// The tool.
    pub(crate) tool: String,
    /// A JSON pointer into the tool.
    pub(crate) pointer: String,
    /// The reason.
    pub(crate) why: String,
}

impl LoosenedPlace {
    /// Returns the places of a catalog that are loosened.
    pub(crate) fn loosened(report: &Report) -> Vec<Self> {
        Self::collect(report, |outcome| match outcome {
            Precision::Loosened(why) => Some(why),
            Precision::Exact | Precision::Unchecked(_) => None,
        })
    }

    /// Returns the places of a catalog with a keyword that is not checked.
    pub(crate) fn unchecked(report: &Report) -> Vec<Self> {
        Self::collect(report, |outcome| match outcome {
            Precision::Unchecked(why) => Some(why),
            Precision::Exact | Precision::Loosened(_) => None,
        })
    }

    /// Returns the tools of a catalog that no arguments satisfy, each with the place that
    /// contradicts itself.
    pub(crate) fn uncallable(report: &Report) -> Vec<Self> {
        let found = report.tools.iter().filter_map(|tool| {
            let argument = tool.uncallable()?;
            Some(Self {
                tool: tool.name.clone(),
                pointer: argument.pointer.clone(),
                why: argument.reason.clone(),
            })
        });
        found.collect()
    }

    fn collect(report: &Report, why: fn(&Precision) -> Option<&String>) -> Vec<Self> {
        let places = report
            .tools
            .iter()
            .flat_map(|tool| tool.places.iter().map(move |place| (tool, place)));
        let found = places.filter_map(|(tool, place)| {
            Some(Self {
                tool: tool.name.clone(),
                pointer: place.pointer.clone(),
                why: why(&place.precision)?.clone(),
            })
        });
        found.collect()
    }
}

/// Renders the loosened places of a catalog, with a heading.
pub(crate) fn render_loosened(
    text: &mut String,
    catalog: &str,
    places: &[LoosenedPlace],
    is_denied: bool,
) {
    if places.is_empty() {
        return;
    }
    let heading = format!("Loosened to Json in {catalog}");
    push_line(text, "");
    push_line(text, &paint(HEADING, &heading));
    render_places(text, places, is_denied);
}

/// Renders loosened places. All of them are listed if they are denied.
pub(crate) fn render_places(text: &mut String, places: &[LoosenedPlace], is_denied: bool) {
    let listed = if is_denied {
        places.len()
    } else {
        places.len().min(MAX_LISTED_PLACES)
    };
    for place in places.iter().take(listed) {
        let tool = paint(NAME, &visible_name(&place.tool));
        let pointer = visible_name(&place.pointer);
        push_line(text, &format!("  {tool}  {pointer}"));
        push_line(text, &format!("    {}", paint(WARNING, &place.why)));
    }
    let hidden = places.len() - listed;
    if hidden > 0 {
        let rest = format!("  and {hidden} more; use --json to list all");
        push_line(text, &paint(DIMMED, &rest));
    }
}

/// Renders the tools that cannot be called.
pub(crate) fn render_uncallable(text: &mut String, places: &[LoosenedPlace]) {
    for place in places {
        let tool = paint(NAME, &visible_name(&place.tool));
        let pointer = visible_name(&place.pointer);
        push_line(text, &format!("  {tool}  {pointer}"));
        push_line(text, &format!("    {}", paint(FAILURE, &place.why)));
    }
}

/// Renders the conclusion of a run that wrote nothing because of loosened places.
pub(crate) fn render_denial(text: &mut String) {
    let problem = "Loosened places are denied; nothing was written.";
    let help = "Correct them in the overlay, or remove --deny-loosened.";
    push_line(text, &format!("{} {help}", paint(FAILURE, problem)));
}
