//! A few processes and a server with one limit, next to the script and the decisions that it repeats.

use std::collections::BTreeMap;
use std::time::Duration;

use toolsmith_runtime::rate_limit::store::{Lease, LeaseRequest, Ledger, Remaining};

use super::Event;
use super::server::{SERVER, Server};

/// The time in milliseconds at which a schedule begins.
const BEGIN: u64 = 1_800_000_000_000;

const LIMIT: u64 = 20;
const WINDOW: u64 = 3000;

/// A call in flight, with what its response reports.
struct Flying {
    epoch: u64,
    serial: u64,
    remaining: u64,
    reset_at: u64,
}

#[derive(Default)]
pub(super) struct Process {
    id: u64,
    turn: u64,
    epoch: u64,
    serial: u64,
    permits: u64,
    valid_until: u64,
    flying: Vec<Flying>,
    spent: u64,
    report: Option<(Remaining, u64)>,
    pub(super) waiting: u64,
    /// The times of the calls that it has sent, and the number of those that the store knows.
    sent: Vec<u64>,
    known_sent: usize,
    /// `true` if calls were sent without a lease.
    is_resumed: bool,
    last_request: Option<LeaseRequest>,
}

/// The state of the store: of the model, and of the script.
pub(super) type State = (Ledger, BTreeMap<String, String>);

pub(super) struct World {
    pub(super) now: u64,
    /// The time by which the clock of the store is behind.
    pub(super) clock_back: u64,
    pub(super) script: Server,
    ledger: Ledger,
    pub(super) processes: Vec<Process>,
    next_id: u64,
    window_ends: u64,
    used: u64,
    pub(super) refused: u64,
    pub(super) is_lost: bool,
    quota: Option<(u64, Duration)>,
}

impl World {
    pub(super) fn new(quota: Option<(u64, Duration)>) -> Self {
        let script = SERVER.with(Server::clone);
        script.hash.borrow_mut().clear();
        let process = |id| Process {
            id,
            ..Process::default()
        };
        Self {
            now: BEGIN,
            clock_back: 0,
            script,
            ledger: Ledger::default(),
            processes: (1..=4).map(process).collect(),
            next_id: 5,
            window_ends: 0,
            used: 0,
            refused: 0,
            is_lost: false,
            quota,
        }
    }

    /// Carries out a request twice, and returns the reply, which is the same.
    pub(super) fn exchange(&mut self, request: &LeaseRequest) -> Lease {
        let now = self.now - self.clock_back;
        let by_ledger = self.ledger.exchange(Duration::from_millis(now), request);
        let by_script = self.script.exchange(now, request);
        assert_eq!(by_script, by_ledger, "after {request:?}");
        by_ledger
    }

    fn request(&mut self, index: usize) -> LeaseRequest {
        let now = self.now;
        let quota = self.quota;
        let process = &mut self.processes[index];
        if now >= process.valid_until {
            process.permits = 0;
        }
        process.turn += 1;
        let flying = process.flying.iter();
        let flying = flying.filter(|call| call.epoch == process.epoch).count() as u64;
        let mut request = LeaseRequest::default();
        request.process = process.id;
        request.turn = process.turn;
        request.epoch = process.epoch;
        request.held = process.permits + flying;
        request.spent = process.spent;
        request.waiting = process.waiting;
        request.ahead = process.turn % 5;
        request.slow_start = 6;
        request.quota = quota;
        request.knows_lane = process.epoch > 0;
        request.is_resumed = process.is_resumed;
        request.sent.total = process.sent.len() as u64;
        request.sent.known = process.known_sent as u64;
        request.sent.unsent = process.permits;
        let (_, period) = quota.unwrap_or_default();
        let quarter = u64::try_from(period.as_millis() / 4).unwrap();
        for (age, calls) in (0..).zip(&mut request.sent.recent) {
            let ages = age * quarter..(age + 1) * quarter;
            let sent = process.sent.iter();
            *calls = sent.filter(|at| ages.contains(&(now - **at))).count() as u64;
        }
        request.known_limit = Some(LIMIT);
        request.known_window = Some(Duration::from_millis(WINDOW));
        if let Some((remaining, reset_at)) = process.report {
            request.has_response = true;
            request.remaining = Some(remaining);
            request.reset = Some(Duration::from_millis(reset_at.saturating_sub(now)));
            request.limit = Some(LIMIT);
            request.window = Some(Duration::from_millis(WINDOW));
        }
        process.last_request = Some(request.clone());
        request
    }

    pub(super) fn ask(&mut self, index: usize, is_heard: bool) {
        let request = self.request(index);
        let lease = self.exchange(&request);
        let now = self.now;
        let process = &mut self.processes[index];
        if !is_heard {
            return;
        }
        process.report = None;
        process.is_resumed &= lease.is_standby;
        process.known_sent = process.sent.len();
        if lease.epoch != process.epoch {
            process.epoch = lease.epoch;
            process.permits = 0;
            process.spent = 0;
        }
        process.serial = lease.serial;
        process.permits += lease.calls;
        process.valid_until = now + u64::try_from(lease.valid_for.as_millis()).unwrap();
    }

    fn send(&mut self, index: usize) {
        let now = self.now;
        let process = &mut self.processes[index];
        if process.waiting == 0 || process.permits == 0 || now >= process.valid_until {
            return;
        }
        process.permits -= 1;
        let serial = process.serial;
        self.arrive(index, serial);
    }

    fn send_alone(&mut self, index: usize) {
        let process = &mut self.processes[index];
        if process.waiting == 0 {
            return;
        }
        process.is_resumed = true;
        // The server may refuse it, or another one.
        self.is_lost = true;
        self.arrive(index, 0);
    }

    /// Lets a call of a process reach the server.
    fn arrive(&mut self, index: usize, serial: u64) {
        let now = self.now;
        let process = &mut self.processes[index];
        process.waiting -= 1;
        process.sent.push(now);
        if now >= self.window_ends {
            self.window_ends = now + WINDOW;
            self.used = 0;
        }
        self.used += 1;
        self.refused += u64::from(self.used > LIMIT);
        // In whole seconds, rounded up.
        let rest = (self.window_ends - now).div_ceil(1000) * 1000;
        process.flying.push(Flying {
            epoch: process.epoch,
            serial,
            remaining: LIMIT.saturating_sub(self.used),
            reset_at: now + rest,
        });
    }

    fn respond(&mut self, index: usize) {
        let process = &mut self.processes[index];
        if process.flying.is_empty() {
            return;
        }
        let call = process.flying.remove(0);
        if call.epoch != process.epoch {
            return;
        }
        let (calls, reset_at) = match process.report {
            Some((before, reset_at)) if before.calls < call.remaining => (before, reset_at),
            Some((_, reset_at)) => (Remaining::new(call.remaining, call.serial), reset_at),
            None => (Remaining::new(call.remaining, call.serial), call.reset_at),
        };
        process.report = Some((calls, reset_at.min(call.reset_at)));
    }

    /// Lets another process take the place of one.
    fn replace(&mut self, index: usize) {
        self.processes[index] = Process {
            id: self.next_id,
            ..Process::default()
        };
        self.next_id += 1;
    }

    /// Lets a process leave. Its calls in flight end without a response.
    fn leave(&mut self, index: usize) {
        let process = &mut self.processes[index];
        let current = process.flying.drain(..);
        let current = current.filter(|call| call.epoch == process.epoch);
        process.spent += current.count() as u64;
        process.permits = 0;
        process.waiting = 0;
        let mut request = self.request(index);
        request.ahead = 0;
        request.leaves = true;
        assert_eq!(self.exchange(&request).calls, 0, "a process that leaves");
        self.replace(index);
    }

    /// Returns the state of the store.
    pub(super) fn copy(&self) -> State {
        (self.ledger.clone(), self.script.hash.borrow().clone())
    }

    /// Lets the store lose its state, and the calls that the processes hold with it.
    pub(super) fn lose(&mut self) {
        self.restore(&State::default());
    }

    /// Lets the store have an earlier state.
    pub(super) fn restore(&mut self, (ledger, hash): &State) {
        self.script.hash.borrow_mut().clone_from(hash);
        self.ledger.clone_from(ledger);
        self.is_lost = true;
        let processes = self.processes.iter_mut();
        processes.for_each(|process| process.last_request = None);
    }

    pub(super) fn happen(&mut self, event: &Event) {
        match *event {
            Event::Arrive(index, calls) => self.processes[index].waiting += calls,
            Event::Cancel(index) => {
                let waiting = &mut self.processes[index].waiting;
                *waiting = waiting.saturating_sub(1);
            }
            Event::Ask(index) => self.ask(index, true),
            Event::AskInVain(index) => self.ask(index, false),
            Event::Repeat(index) => {
                if let Some(request) = self.processes[index].last_request.clone() {
                    assert_eq!(self.exchange(&request).calls, 0, "a repeated request");
                }
            }
            Event::Send(index) => self.send(index),
            Event::SendAlone(index) => self.send_alone(index),
            Event::Respond(index) => self.respond(index),
            Event::Break(index) => {
                let process = &mut self.processes[index];
                if !process.flying.is_empty() && process.flying.remove(0).epoch == process.epoch {
                    process.spent += 1;
                }
            }
            Event::GiveBack(index) => self.processes[index].permits = 0,
            Event::Crash(index) => self.replace(index),
            Event::Leave(index) => self.leave(index),
            Event::Wait(time) => self.now += time,
            Event::SetClockBack(time) => self.clock_back += time,
        }
    }

    /// Lets every process work as it should, for a number of windows. Returns the windows that the
    /// work took.
    pub(super) fn settle(&mut self, max_windows: u64) -> u64 {
        let began = self.now;
        while self.processes.iter().any(|process| process.waiting > 0) {
            for index in 0..self.processes.len() {
                self.ask(index, true);
                while self.processes[index].permits > 0 && self.processes[index].waiting > 0 {
                    self.send(index);
                }
                if !self.processes[index].flying.is_empty() {
                    while !self.processes[index].flying.is_empty() {
                        self.respond(index);
                    }
                    self.ask(index, true);
                }
            }
            self.now += 100;
            let windows = (self.now - began) / WINDOW;
            assert!(windows <= max_windows, "calls wait after {windows} windows");
        }
        (self.now - began).div_ceil(WINDOW)
    }
}
