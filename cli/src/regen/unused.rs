//! Files of catalogs that the configuration no longer names.

use std::collections::BTreeSet;
use std::io;

use anyhow::{Context as _, Result};

use crate::config::{Config, ConfiguredSource};
use crate::context::Context;
use crate::workspace::{CATALOGS, TOMBSTONES};

/// The ends of the names of the files of a catalog, that of the lock first.
const ENDS: [&str; 4] = [".lock.toml", ".overlay.toml", ".json", TOMBSTONES];

/// Returns the snapshots, overlays and locks of removed catalogs, by path from the root. People review
/// these files, so a run names them and does not delete them.
pub(super) fn find_unused(config: &Config, context: &Context) -> Result<Vec<String>> {
    let folder = context.workspace.path(CATALOGS);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot list {}", folder.display()));
        }
    };
    let names: BTreeSet<String> = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let used: BTreeSet<&str> = config
        .catalogs
        .iter()
        .flat_map(|catalog| {
            let given = match &catalog.source {
                ConfiguredSource::Functions { file } => Some(file.as_str()),
                ConfiguredSource::Truto { .. } | ConfiguredSource::Mcp(_) => None,
            };
            [
                catalog.snapshot.as_str(),
                catalog.overlay.as_str(),
                catalog.lock.as_str(),
            ]
            .into_iter()
            .chain(given)
            .chain(catalog.tombstones.as_deref())
        })
        .collect();
    let mut unused = BTreeSet::new();
    let stems = names.iter().filter_map(|name| name.strip_suffix(ENDS[0]));
    for stem in stems {
        let paths = ENDS.iter().filter_map(|end| {
            let name = format!("{stem}{end}");
            let path = format!("{CATALOGS}/{name}");
            (names.contains(&name) && !used.contains(path.as_str())).then_some(path)
        });
        let paths: Vec<String> = paths.collect();
        // A lock in use belongs to a catalog whose other files may have other names.
        if paths.iter().any(|path| path.ends_with(ENDS[0])) {
            unused.extend(paths);
        }
    }
    Ok(unused.into_iter().collect())
}
