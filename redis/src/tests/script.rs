//! The script, run without a server, next to the decisions that it repeats: random
//! schedules of a few processes and a server with one limit.

#[path = "requests.rs"]
mod requests;
#[path = "server.rs"]
mod server;

use std::time::Duration;

use proptest::prelude::*;
use toolsmith_runtime::rate_limit::store::{Lease, LeaseRequest, Ledger, Remaining};

use super::{SOURCE, arguments, lease};
use requests::any_request;
use server::{SERVER, Server};

/// The time in milliseconds at which a schedule begins.
const BEGIN: u64 = 1_800_000_000_000;

const LIMIT: u64 = 20;
const WINDOW: u64 = 3000;

/// An event of a schedule.
#[derive(Debug, Clone)]
enum Event {
    Arrive(usize, u64),
    Cancel(usize),
    Ask(usize),
    /// The request has an effect, and its reply is lost.
    AskInVain(usize),
    /// An old request arrives once more.
    Repeat(usize),
    Send(usize),
    Respond(usize),
    /// A call ends without a response.
    Break(usize),
    GiveBack(usize),
    Crash(usize),
    /// The last client of the process is dropped.
    Leave(usize),
    Wait(u64),
}

fn any_event() -> impl Strategy<Value = Event> {
    let process = 0..4_usize;
    prop_oneof![
        2 => (process.clone(), 1..12_u64).prop_map(|(process, calls)| Event::Arrive(process, calls)),
        1 => process.clone().prop_map(Event::Cancel),
        6 => process.clone().prop_map(Event::Ask),
        1 => process.clone().prop_map(Event::AskInVain),
        1 => process.clone().prop_map(Event::Repeat),
        8 => process.clone().prop_map(Event::Send),
        6 => process.clone().prop_map(Event::Respond),
        1 => process.clone().prop_map(Event::Break),
        1 => process.clone().prop_map(Event::GiveBack),
        1 => process.clone().prop_map(Event::Crash),
        1 => process.prop_map(Event::Leave),
        4 => (0..1500_u64).prop_map(Event::Wait),
    ]
}

/// A call in flight, with what its response reports.
struct Flying {
    epoch: u64,
    serial: u64,
    remaining: u64,
    reset_at: u64,
}

#[derive(Default)]
struct Process {
    id: u64,
    turn: u64,
    epoch: u64,
    serial: u64,
    permits: u64,
    valid_until: u64,
    flying: Vec<Flying>,
    spent: u64,
    report: Option<(Remaining, u64)>,
    waiting: u64,
    last_request: Option<LeaseRequest>,
}

struct World {
    now: u64,
    script: Server,
    ledger: Ledger,
    processes: Vec<Process>,
    next_id: u64,
    window_ends: u64,
    used: u64,
    refused: u64,
    is_lost: bool,
    quota: Option<(u64, Duration)>,
}

impl World {
    fn new(quota: Option<(u64, Duration)>) -> Self {
        let script = SERVER.with(Server::clone);
        script.hash.borrow_mut().clear();
        let process = |id| Process {
            id,
            ..Process::default()
        };
        Self {
            now: BEGIN,
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
    fn exchange(&mut self, request: &LeaseRequest) -> Lease {
        let by_ledger = self
            .ledger
            .exchange(Duration::from_millis(self.now), request);
        let by_script = self.script.exchange(self.now, request);
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
        request.is_resumed = process.epoch > 0;
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

    fn ask(&mut self, index: usize, is_heard: bool) {
        let request = self.request(index);
        let lease = self.exchange(&request);
        let now = self.now;
        let process = &mut self.processes[index];
        if !is_heard {
            return;
        }
        process.report = None;
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
        process.waiting -= 1;
        process.permits -= 1;
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
            serial: process.serial,
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

    /// Lets the store lose its state, and the calls that the processes hold with it.
    fn lose(&mut self) {
        self.script.hash.borrow_mut().clear();
        self.ledger = Ledger::default();
        self.is_lost = true;
        let processes = self.processes.iter_mut();
        processes.for_each(|process| process.last_request = None);
    }

    fn happen(&mut self, event: &Event) {
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
        }
    }

    /// Lets every process work as it should, for a number of windows. Returns the windows that the
    /// work took.
    fn settle(&mut self, max_windows: u64) -> u64 {
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

/// The number of schedules: a thousand, or that of the variable `SCHEDULES`.
fn schedules() -> u32 {
    let asked = std::env::var("SCHEDULES").ok();
    asked.and_then(|count| count.parse().ok()).unwrap_or(1000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(schedules()))]

    #[test]
    fn the_script_loses_no_call_gives_none_twice_and_starves_no_process(
        events in prop::collection::vec(any_event(), 0..40),
        has_quota in prop::bool::weighted(0.2),
        settles in prop::bool::weighted(0.1),
        loses_at in prop::option::weighted(0.1, 0..40_usize),
    ) {
        let quota = has_quota.then_some((12, Duration::from_secs(2)));
        let mut world = World::new(quota);
        for (index, event) in events.iter().enumerate() {
            if loses_at == Some(index) {
                world.lose();
            }
            world.happen(event);
        }
        // The server would have refused a call that was given twice.
        prop_assert!(world.refused == 0 || world.is_lost);
        world.refused = 0;
        if !settles {
            return Ok(());
        }
        // After a crash, what it held counts until the window ends, or until the process is
        // forgotten. From then on, the whole limit can be used, and every process gets its share.
        for process in &mut world.processes {
            process.waiting = 0;
        }
        world.now += 20_000;
        for process in &mut world.processes {
            process.waiting = 10;
        }
        let windows = world.settle(40);
        prop_assert_eq!(world.refused, 0);
        let most = if has_quota { 6 } else { 4 };
        prop_assert!(windows <= most, "{} windows for 40 calls", windows);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(schedules() / 2))]

    #[test]
    fn the_script_decides_as_the_ledger_about_any_request(
        requests in prop::collection::vec(any_request(), 1..60),
    ) {
        let mut world = World::new(None);
        let mut epoch = 0;
        for (turn, (after, mut request, is_current)) in (1..).zip(requests) {
            world.now += after;
            request.turn = turn;
            request.epoch = if is_current { epoch } else { 1 };
            epoch = world.exchange(&request).epoch;
        }
    }
}
