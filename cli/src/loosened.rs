//! Places of schemas that a type cannot express.

use serde::Serialize;
use toolsmith_codegen::report::{Outcome, Report};

/// The treatment of places that are typed as `Json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loosened {
    /// They are counted.
    Allowed,
    /// They are findings, and nothing is written.
    Denied,
}

/// A place that is typed as `Json`, or one with a keyword that is not checked.
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
            Outcome::Loosened(why) => Some(why),
            Outcome::Exact | Outcome::Unchecked(_) => None,
        })
    }

    /// Returns the places of a catalog with a keyword that is not checked.
    pub(crate) fn unchecked(report: &Report) -> Vec<Self> {
        Self::collect(report, |outcome| match outcome {
            Outcome::Unchecked(why) => Some(why),
            Outcome::Exact | Outcome::Loosened(_) => None,
        })
    }

    fn collect(report: &Report, why: fn(&Outcome) -> Option<&String>) -> Vec<Self> {
        let places = report
            .tools
            .iter()
            .flat_map(|tool| tool.places.iter().map(move |place| (tool, place)));
        let found = places.filter_map(|(tool, place)| {
            Some(Self {
                tool: tool.name.clone(),
                pointer: place.pointer.clone(),
                why: why(&place.outcome)?.clone(),
            })
        });
        found.collect()
    }
}
