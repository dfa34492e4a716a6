//! All that a running server knows, behind one lock.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::answers::Answer;
use super::catalog::Catalog;
use super::fault::Faults;
use super::limit::{Meter, RateLimit};
use super::log::RecordedRequest;
use super::seed;
use super::store::Store;

/// How the server pages and limits; what is absent is as it would be at Truto.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The most records in one page, of tools and of lists, whatever a request asks for.
    pub page_size: Option<usize>,
    /// A rate limit that is enforced; without one the headers show 110 in 10 seconds and nothing is refused.
    pub rate_limit: Option<RateLimit>,
}

/// The state of the server.
pub(crate) struct World {
    base_url: String,
    pub(crate) catalog: Catalog,
    pub(crate) store: Store,
    pub(crate) faults: Faults,
    pub(crate) log: Vec<RecordedRequest>,
    pub(crate) meter: Meter,
    pub(crate) page_size: Option<usize>,
    /// Answers to writes that carried an idempotency key, by key.
    pub(crate) repeatable: BTreeMap<String, (RecordedRequest, Answer)>,
    last_request: u64,
}

impl World {
    /// A fresh world; `base_url` is where seeded webhooks point.
    ///
    /// # Errors
    ///
    /// The checked-in catalog cannot be read.
    pub(crate) fn new(base_url: String) -> Result<World, String> {
        Ok(World {
            catalog: Catalog::of_snapshot()?,
            store: seed::store(&base_url),
            faults: Faults::default(),
            log: Vec::new(),
            meter: Meter::shown(),
            page_size: None,
            repeatable: BTreeMap::new(),
            last_request: 0,
            base_url,
        })
    }

    /// Makes everything as it was at the start, but for the numbers of requests.
    pub(crate) fn reset(&mut self) {
        // A catalog that could be read at the start can be read again.
        if let Ok(fresh) = World::new(self.base_url.clone()) {
            let last_request = self.last_request;
            *self = fresh;
            self.last_request = last_request;
        }
    }

    /// Takes over new settings.
    pub(crate) fn set(&mut self, settings: Settings) {
        self.page_size = settings.page_size;
        self.meter = settings
            .rate_limit
            .map_or_else(Meter::shown, Meter::enforced);
    }

    /// A number for a request, for `x-request-id`.
    pub(crate) fn next_request_id(&mut self) -> String {
        self.last_request += 1;
        format!("req_{:06}", self.last_request)
    }
}
