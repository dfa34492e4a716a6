//! The decision who may go when, for the calls of one token or one account. Pure: a state, the
//! time, and events.

use std::time::Duration;

use super::quota::{Kept, Rate};
use super::window::{Heard, Place, Window};

/// So many calls go before the first answer, so that a burst does not run into a limit that
/// nobody knows yet.
const SCOUTS: u64 = 10;

/// How long the others wait for the first answer; then as many go again, and so on. An API that
/// takes seconds to answer is no reason to run into its limit with all that wait.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long calls are counted that no limit is named for, in case that one is.
const MEMORY: Duration = Duration::from_secs(10);

/// A call that may go, by its number. It has to be answered for, whatever becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pass {
    number: u64,
    /// The calls that were under way when it went.
    before: u64,
    /// When it went.
    at: Duration,
    /// Whether it has not gone yet, because another lane does not let it.
    is_held: bool,
}

/// The calls of one token or one account.
#[derive(Debug)]
pub(crate) struct Lane {
    kept: Option<Kept>,
    server: Server,
    in_flight: u64,
    /// The number of the last call that went; the first has 1.
    last: u64,
}

/// If the calls allowed before the first answer are all under way: when more are allowed.
fn scouts_out(since: Duration, now: Duration, in_flight: u64) -> Option<Duration> {
    let rounds = now.saturating_sub(since).as_millis() / PATIENCE.as_millis();
    let rounds = u32::try_from(rounds).unwrap_or(u32::MAX).saturating_add(1);
    let is_out = in_flight >= SCOUTS.saturating_mul(rounds.into());
    is_out.then(|| since.saturating_add(PATIENCE.saturating_mul(rounds)))
}

/// What is known of the server's limit.
#[derive(Debug)]
enum Server {
    /// Nothing yet; `since` is when the first call went.
    Unknown {
        since: Option<Duration>,
    },
    /// Its answers name no limit; so many calls went well since then.
    Silent {
        since: Duration,
        good: u64,
    },
    Window(Window),
}

/// What can be known of a lane at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LaneState {
    pub(super) limit: Option<u64>,
    pub(super) window: Option<Duration>,
    pub(super) left: Option<u64>,
    /// When a call that came now might go.
    pub(super) opens: Duration,
    /// When the server's window ends, if it told of one that is not over.
    pub(super) ends: Option<Duration>,
    /// When this changes though nothing happens, if it does.
    pub(super) turns: Option<Duration>,
    pub(super) in_flight: u64,
}

impl Lane {
    pub(crate) fn new(rate: Option<Rate>) -> Self {
        Self {
            kept: rate.map(Kept::new),
            server: Server::Unknown { since: None },
            in_flight: 0,
            last: 0,
        }
    }

    /// Keeps another limit from now on. The calls that went under the one before still count.
    pub(super) fn keep(&mut self, rate: Option<Rate>) {
        self.kept = match (self.kept.take(), rate) {
            (Some(kept), Some(rate)) => Some(kept.at(rate)),
            (_, rate) => rate.map(Kept::new),
        };
    }

    pub(super) fn kept(&self) -> Option<Rate> {
        self.kept.as_ref().map(Kept::rate)
    }

    /// Lets the next call go, or says when to ask again.
    pub(crate) fn take(&mut self, now: Duration) -> Result<Pass, Duration> {
        if let Some(kept) = &mut self.kept {
            kept.advance(now);
            if kept.left() == 0 {
                return Err(kept.opens(now, 0));
            }
        }
        let number = self.last + 1;
        match &mut self.server {
            Server::Unknown { since: Some(since) } => {
                if let Some(opens) = scouts_out(*since, now, self.in_flight) {
                    return Err(opens);
                }
            }
            Server::Unknown { since } => *since = Some(now),
            Server::Silent { .. } => {}
            Server::Window(window) => window.take(now, number)?,
        }
        if let Some(kept) = &mut self.kept {
            kept.count_call(now);
        }
        let before = self.in_flight;
        self.last = number;
        self.in_flight += 1;
        Ok(Pass {
            number,
            before,
            at: now,
            is_held: false,
        })
    }

    /// A call with a pass cannot go yet.
    pub(super) fn hold(&mut self, pass: Pass) -> Pass {
        if let Some(kept) = &mut self.kept {
            kept.hold(pass.at);
        }
        Pass {
            is_held: true,
            ..pass
        }
    }

    /// A call that might have gone before goes now.
    pub(super) fn go(&mut self, mut pass: Pass, now: Duration) -> Pass {
        if !pass.is_held && pass.at == now {
            return pass;
        }
        self.discount(pass);
        if let Some(kept) = &mut self.kept {
            kept.count_call(now);
        }
        // Its place was one of a window that is over.
        if let Server::Window(window) = &mut self.server
            && window.moves(pass.number)
        {
            self.last += 1;
            pass.number = self.last;
        }
        Pass {
            at: now,
            is_held: false,
            ..pass
        }
    }

    /// A call that was counted no longer counts.
    fn discount(&mut self, pass: Pass) {
        match &mut self.kept {
            Some(kept) if pass.is_held => kept.release(),
            Some(kept) => kept.give_back(pass.at),
            None => {}
        }
    }

    /// Takes back a pass whose call was not sent.
    pub(crate) fn give_back(&mut self, pass: Pass) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.discount(pass);
        if let Server::Window(window) = &mut self.server {
            window.give_back(pass.number);
        }
    }

    /// A call was answered, or ended without an answer.
    pub(crate) fn end(&mut self, pass: Pass, now: Duration, heard: Option<&Heard>) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let place = Place {
            number: pass.number,
            last: self.last,
            before: pass.before,
            in_flight: self.in_flight,
        };
        let Some(heard) = heard else {
            if let Server::Window(window) = &mut self.server {
                window.lose(pass.number);
            }
            return;
        };
        let (since, good) = match &mut self.server {
            Server::Window(window) => return window.hear(now, place, heard),
            Server::Unknown { since } => (since.unwrap_or(now), 0),
            Server::Silent { since, .. } if now > *since + MEMORY => (now, 0),
            Server::Silent { since, good } => (*since, *good),
        };
        self.server = match Window::tell(now, (since, good), place, heard) {
            Some(window) => Server::Window(window),
            None => Server::Silent {
                since,
                good: good + 1,
            },
        };
    }

    /// When a call may go behind `ahead` others, as far as can be known.
    pub(crate) fn opens(&self, now: Duration, ahead: u64) -> Duration {
        let kept = self
            .kept
            .as_ref()
            .map_or(now, |kept| kept.opens(now, ahead));
        let server = match &self.server {
            Server::Unknown { since: Some(since) } => {
                scouts_out(*since, now, self.in_flight).unwrap_or(now)
            }
            Server::Window(window) => window.opens(now, ahead),
            _ => now,
        };
        kept.max(server)
    }

    pub(super) fn state(&mut self, now: Duration, waiting: u64) -> LaneState {
        if let Some(kept) = &mut self.kept {
            // No call may have come since those that were sent ceased to count.
            kept.advance(now);
        }
        let kept = self.kept.as_ref();
        let window = match &self.server {
            Server::Window(window) => Some(window),
            _ => None,
        };
        let left = [
            kept.map(Kept::left),
            window.and_then(|window| window.left(now)),
        ];
        let rate = kept.map(Kept::rate);
        let of_rate = rate.map(|rate| rate.window);
        let ends = window.map(Window::ends).filter(|ends| *ends > now);
        let turns = [ends, kept.and_then(Kept::turns)];
        LaneState {
            limit: window
                .and_then(Window::limit)
                .or(rate.map(|rate| rate.calls)),
            window: window.and_then(Window::named_length).or(of_rate),
            left: left.into_iter().flatten().min(),
            opens: self.opens(now, waiting),
            ends,
            turns: turns.into_iter().flatten().min(),
            in_flight: self.in_flight,
        }
    }
}
