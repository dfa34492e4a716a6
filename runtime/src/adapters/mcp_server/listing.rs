//! The lists of tools, each rendered once.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use toolsmith_dialect::{Dialect, ToolList};

use super::list::ToolPages;
use super::settings::Settings;
use crate::agent::Toolbox;
use crate::tools::ToolSpec;

/// The number of lists that are kept. Another one replaces the one that was not used for the longest time.
const MAX_LISTINGS: usize = 64;

/// The tools of a toolbox as MCP lists them.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) list: ToolList,
    pub(super) pages: ToolPages,
}

/// The lists of toolboxes. Toolboxes that offer the same tools share one.
pub(super) struct Listings {
    page_size: Option<usize>,
    ttl: Duration,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    by_tools: BTreeMap<Vec<usize>, Kept>,
    uses: u64,
}

struct Kept {
    listing: Arc<Listing>,
    last_use: u64,
}

impl Listings {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            page_size: settings.page_size,
            ttl: settings.list_ttl,
            known: Mutex::default(),
        }
    }

    /// Returns the list of the tools that a toolbox offers.
    pub(super) fn of(&self, toolbox: &Toolbox) -> Arc<Listing> {
        let specs: Vec<&'static ToolSpec> = toolbox.tools().collect();
        // Tools live as long as the process, so that an address is always that of one tool.
        let addresses = specs.iter().map(|spec| std::ptr::from_ref(*spec).addr());
        let key: Vec<usize> = addresses.collect();
        if let Some(listing) = self.known(|known| known.get(&key)) {
            return listing;
        }
        let listing = Arc::new(self.render(&specs));
        self.known(|known| known.insert(key, &listing));
        listing
    }

    fn render(&self, specs: &[&'static ToolSpec]) -> Listing {
        // MCP does not limit the number of tools.
        let list = Dialect::Mcp.options().list_all(specs);
        let pages = ToolPages::new(specs, &list, self.page_size, self.ttl);
        Listing { list, pages }
    }

    fn known<R>(&self, run: impl FnOnce(&mut Known) -> R) -> R {
        run(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Known {
    fn get(&mut self, key: &[usize]) -> Option<Arc<Listing>> {
        self.uses += 1;
        let kept = self.by_tools.get_mut(key)?;
        kept.last_use = self.uses;
        Some(Arc::clone(&kept.listing))
    }

    fn insert(&mut self, key: Vec<usize>, listing: &Arc<Listing>) {
        let kept = Kept {
            listing: Arc::clone(listing),
            last_use: self.uses,
        };
        self.by_tools.insert(key, kept);
        if self.by_tools.len() > MAX_LISTINGS {
            let oldest = self.by_tools.iter().min_by_key(|(_, kept)| kept.last_use);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                self.by_tools.remove(&oldest);
            }
        }
    }
}

impl fmt::Debug for Listings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.known(|known| known.by_tools.len());
        formatter
            .debug_struct("Listings")
            .field("known", &count)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::mcp_server::Server;
    use crate::adapters::tests::toolbox;
    use crate::agent::Policy;
    use crate::codec::Json;
    use crate::tools::ToolFilter;

    #[test]
    fn each_set_of_tools_is_rendered_once() {
        let (all, _) = toolbox(&Json::Null);
        let (same, _) = toolbox(&Json::Null);
        let reads = same
            .clone()
            .policy(Policy::new().allow(ToolFilter::reads()));
        let listings = Listings::new(&Server::new(all.clone()).settings);
        let first = listings.of(&all);
        assert!(Arc::ptr_eq(&first, &listings.of(&same)));
        let other = listings.of(&reads);
        assert!(!Arc::ptr_eq(&first, &other));
        assert_eq!(other.list.definitions().len(), reads.tools().count());
        // The lists that are used most recently are kept.
        let names: Vec<&str> = all.tools().map(|tool| tool.name).collect();
        for size in 1..=MAX_LISTINGS {
            let of_size = names
                .iter()
                .cycle()
                .skip(size % names.len())
                .take(size / names.len() + 1);
            listings.of(&all.clone().filter(ToolFilter::by_name(of_size.copied())));
            assert!(Arc::ptr_eq(&first, &listings.of(&all)));
        }
        assert!(listings.known(|known| known.by_tools.len()) <= MAX_LISTINGS);
    }
}
