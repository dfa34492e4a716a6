//! Lines of `.gitattributes`: generated files are collapsed in reviews and keep their line ends.

use super::place::{Place, Target};
use crate::workspace::CATALOGS;

/// Returns the lines for the files that the commands write.
pub(super) fn lines(place: &Place) -> Vec<String> {
    const GENERATED: &str = "text eol=lf linguist-generated";
    let mut lines = match &place.target {
        Target::Crate { folder, .. } => vec![
            format!("{} {GENERATED}", quoted(&format!("/{folder}/src/**"))),
            format!("{} {GENERATED}", quoted(&format!("/{folder}/digest/**"))),
        ],
        Target::Module { folder, .. } => {
            vec![format!("{} {GENERATED}", quoted(&format!("/{folder}/**")))]
        }
    };
    // Snapshots and locks are reviewed.
    lines.push(format!("/{CATALOGS}/** text eol=lf"));
    lines
}

/// Quotes a pattern that contains a space.
fn quoted(pattern: &str) -> String {
    if pattern.contains([' ', '"']) {
        format!("\"{}\"", pattern.replace('"', "\\\""))
    } else {
        pattern.to_owned()
    }
}
