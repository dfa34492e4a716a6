//! The number of calls made, in total and lately.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::agent::policy::call_limit::{CallLimit, LimitReached, Period};

/// The number of different times that are kept for a window. Calls in between count as made at the next one.
const TIMES: u32 = 1_000;

/// The number of calls made.
#[derive(Debug, Default)]
pub(in crate::agent) struct CallCounts(BTreeMap<CountKey, Count>);

/// The calls that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::agent) struct CountKey {
    /// The tool; `None` for all tools.
    tool: Option<&'static str>,
    /// The window, for which the times of the calls are kept.
    window: Option<Duration>,
}

/// A number of calls.
#[derive(Debug, Default)]
struct Count {
    made: u64,
    /// The times of the calls within the window, the earliest first, each with the number of calls.
    times: VecDeque<(Duration, u64)>,
}

/// A count that a call was added to, and the time at which it counts as made.
#[derive(Debug, Clone, Copy)]
pub(in crate::agent) struct Entered {
    key: CountKey,
    time: Duration,
}

impl CallCounts {
    /// Checks that a limit allows another call.
    ///
    /// # Errors
    ///
    /// The limit is reached.
    pub(in crate::agent) fn check(
        &mut self,
        limit: &CallLimit,
        tool: &'static str,
        now: Duration,
    ) -> Result<(), LimitReached> {
        let key = CountKey::new(limit, tool);
        let made = match self.0.get_mut(&key) {
            Some(count) => count.made_at(key.window, now),
            None => 0,
        };
        if made < limit.calls {
            return Ok(());
        }
        let next = self.0.get(&key).and_then(|count| {
            let free = count.free_at(limit.calls, key.window?)?;
            Some(free.saturating_sub(now))
        });
        let wait = next.map(|wait| format!("; the next call is possible in {}", Period(wait)));
        Err(LimitReached {
            is_temporary: wait.is_some(),
            reason: format!(
                "the limit of {limit} has been reached{}",
                wait.unwrap_or_default()
            ),
        })
    }

    /// Adds a call to counts, once to each.
    pub(in crate::agent) fn add(
        &mut self,
        keys: impl Iterator<Item = CountKey>,
        now: Duration,
    ) -> Vec<Entered> {
        let mut entered: Vec<Entered> = Vec::new();
        for key in keys {
            if entered.iter().any(|entered| entered.key == key) {
                continue;
            }
            let time = key.window.map_or(now, |window| rounded(now, window));
            let time = self.0.entry(key).or_default().add(key, time);
            entered.push(Entered { key, time });
        }
        entered
    }

    /// Returns `true` if a call counts now.
    pub(in crate::agent) fn counts_at(&mut self, now: Duration) -> bool {
        let mut counts = self.0.iter_mut();
        counts.any(|(key, count)| count.made_at(key.window, now) > 0)
    }

    pub(in crate::agent) fn remove(&mut self, entered: &[Entered]) {
        for Entered { key, time } in entered {
            if let Some(count) = self.0.get_mut(key) {
                count.remove(*key, *time);
            }
        }
    }
}

impl CountKey {
    /// Creates the keys of the totals of a tool and of all tools, which a limit that is set later reads.
    pub(in crate::agent) fn totals(tool: &'static str) -> [Self; 2] {
        [None, Some(tool)].map(|tool| Self { tool, window: None })
    }

    pub(in crate::agent) fn new(limit: &CallLimit, tool: &'static str) -> Self {
        Self {
            tool: limit.tools.as_ref().map(|_| tool),
            window: limit.window,
        }
    }
}

impl Count {
    /// Returns the number of calls made, in the window that ends now if there is one.
    fn made_at(&mut self, window: Option<Duration>, now: Duration) -> u64 {
        if let Some(window) = window {
            while let Some((_, calls)) = self
                .times
                .pop_front_if(|(time, _)| time.saturating_add(window) <= now)
            {
                self.made = self.made.saturating_sub(calls);
            }
        }
        self.made
    }

    /// Returns the time at which fewer than `limit` calls are in the window; `None` if they never are.
    fn free_at(&self, limit: u64, window: Duration) -> Option<Duration> {
        let mut left = self.made;
        let mut times = self.times.iter();
        let (time, _) = times.find(|(_, calls)| {
            left = left.saturating_sub(*calls);
            left < limit
        })?;
        Some(time.saturating_add(window))
    }

    /// Adds a call, and returns the time at which it counts as made.
    fn add(&mut self, key: CountKey, time: Duration) -> Duration {
        self.made += 1;
        if key.window.is_none() {
            return time;
        }
        match self.times.back_mut() {
            Some((last, calls)) if *last >= time => {
                *calls += 1;
                *last
            }
            _ => {
                self.times.push_back((time, 1));
                time
            }
        }
    }

    fn remove(&mut self, key: CountKey, time: Duration) {
        if key.window.is_none() {
            self.made = self.made.saturating_sub(1);
            return;
        }
        // Only calls within the window count.
        if let Some((_, calls)) = self.times.iter_mut().find(|(at, _)| *at == time) {
            *calls = calls.saturating_sub(1);
            self.made = self.made.saturating_sub(1);
        }
    }
}

/// Returns a time rounded up, so that at most [`TIMES`] different ones are in a window.
fn rounded(now: Duration, window: Duration) -> Duration {
    let step = (window / TIMES).as_nanos();
    if step == 0 {
        return now;
    }
    let rounded = now.as_nanos().div_ceil(step).saturating_mul(step);
    u64::try_from(rounded).map_or(now, Duration::from_nanos)
}

#[cfg(test)]
impl CallCounts {
    /// Returns the number of times that are kept.
    pub(in crate::agent) fn times(&self) -> usize {
        self.0.values().map(|count| count.times.len()).sum()
    }
}
