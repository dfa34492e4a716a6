//! The script, run without a server, next to the decisions that it repeats: random
//! schedules of a few processes and a server with one limit.

#[path = "faults.rs"]
mod faults;
#[path = "requests.rs"]
mod requests;
#[path = "server.rs"]
mod server;
#[path = "store.rs"]
mod store;
#[path = "world.rs"]
mod world;

use std::time::Duration;

use proptest::prelude::*;

use super::{SOURCE, arguments, lease};
use requests::any_request;
use world::{State, World};

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
    /// A call is sent without a lease, because the store was away for the process.
    SendAlone(usize),
    Respond(usize),
    /// A call ends without a response.
    Break(usize),
    GiveBack(usize),
    Crash(usize),
    /// The last client of the process is dropped.
    Leave(usize),
    Wait(u64),
    /// The clock of the store is set back.
    SetClockBack(u64),
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

/// An event of a store with faults.
fn any_fault() -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => (0..4_usize).prop_map(Event::SendAlone),
        1 => prop_oneof![0..100_u64, 0..400_000_u64].prop_map(Event::SetClockBack),
        20 => any_event(),
    ]
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
        events in prop_oneof![
            prop::collection::vec(any_event(), 0..40),
            prop::collection::vec(any_fault(), 0..40),
        ],
        has_quota in prop::bool::weighted(0.2),
        settles in prop::bool::weighted(0.1),
        loses_at in prop::option::weighted(0.1, (0..40_usize, prop::option::of(0..40_usize))),
    ) {
        let quota = has_quota.then_some((12, Duration::from_secs(2)));
        let mut world = World::new(quota);
        let mut state = State::default();
        for (index, event) in events.iter().enumerate() {
            if let Some((at, copied_at)) = loses_at {
                if copied_at == Some(index) {
                    state = world.copy();
                }
                if at == index {
                    world.restore(&state);
                }
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
        // A clock that was set back is noticed at a request, and then the time begins.
        world.ask(0, true);
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
            if is_current {
                request.epoch = epoch;
            }
            epoch = world.exchange(&request).epoch;
        }
    }
}
