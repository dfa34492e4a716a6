//! The number of requests of each API key in each hour before the clock starts. The numbers are made up and always the same.
//!
//! They cover six whole weeks, so that days, weeks and months add up to the same sums. Checkout is busy on weekdays and
//! has a launch and an outage; Mobile app is busy in the evening and at the weekend.

use std::collections::BTreeMap;

use super::calendar::Day;

/// The length of the period of a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grouping {
    Hour,
    Day,
    Week,
    Month,
}

impl Grouping {
    /// Parses the name of a grouping.
    pub(crate) fn parse(name: &str) -> Option<Grouping> {
        match name {
            "hour" => Some(Grouping::Hour),
            "day" => Some(Grouping::Day),
            "week" => Some(Grouping::Week),
            "month" => Some(Grouping::Month),
            _ => None,
        }
    }

    /// Returns the beginning of the period that contains an hour, as the response shows it.
    fn period(self, day: Day, hour: usize) -> String {
        match self {
            Grouping::Hour => format!("{day}T{hour:02}:00:00.000Z"),
            Grouping::Day => day.to_string(),
            Grouping::Week => day.monday().to_string(),
            Grouping::Month => day.first_of_month().to_string(),
        }
    }
}

/// The requests of one API key.
struct Series {
    api_key: &'static str,
    project: &'static str,
    /// The number of requests in an average hour.
    level: u64,
    pattern: Pattern,
    /// The first and the last day of use, in days after the first day of the data.
    in_use: (i64, i64),
}

/// The percentage of the level on each day of the week, from Monday, and in each hour of the day.
#[derive(Clone, Copy)]
struct Pattern {
    weekdays: [u64; 7],
    hours: [u64; 24],
}

const FIRST_DAY: (i64, i64, i64) = (2026, 5, 4);
const LAST_DAY: (i64, i64, i64) = (2026, 6, 14);

/// Busy during working hours.
const OFFICE: Pattern = Pattern {
    weekdays: [100, 112, 125, 118, 96, 38, 30],
    hours: [
        8, 6, 5, 5, 8, 16, 40, 90, 150, 190, 205, 200, 170, 185, 200, 195, 180, 150, 110, 80, 60,
        40, 25, 14,
    ],
};

/// Busy outside of working hours.
const LEISURE: Pattern = Pattern {
    weekdays: [82, 80, 84, 90, 112, 138, 130],
    hours: [
        45, 25, 14, 9, 8, 14, 35, 70, 85, 80, 78, 85, 110, 105, 90, 88, 95, 125, 165, 210, 235,
        220, 160, 90,
    ],
};

/// The same level day and night.
const STEADY: Pattern = Pattern {
    weekdays: [100, 100, 100, 100, 100, 96, 96],
    hours: [100; 24],
};

const SERIES: [Series; 8] = [
    series("key_101", "prj_4411", 310, OFFICE, (0, 41)),
    series("key_102", "prj_4411", 120, STEADY, (9, 41)),
    series("key_103", "prj_4411", 115, STEADY, (0, 9)),
    series("key_104", "prj_4411", 42, OFFICE, (16, 41)),
    series("key_201", "prj_112", 180, LEISURE, (0, 41)),
    series("key_202", "prj_112", 140, LEISURE, (0, 41)),
    series("key_301", "prj_9", 3, OFFICE, (0, 41)),
    series("key_401", "prj_730", 95, LEISURE, (0, 41)),
];

const fn series(
    api_key: &'static str,
    project: &'static str,
    level: u64,
    pattern: Pattern,
    in_use: (i64, i64),
) -> Series {
    Series {
        api_key,
        project,
        level,
        pattern,
        in_use,
    }
}

/// Returns the totals of a project by period and API key. Hours without requests are left out.
pub(crate) fn totals(project: &str, grouping: Grouping) -> BTreeMap<(String, &'static str), u64> {
    let first = day_of(FIRST_DAY);
    let mut totals = BTreeMap::new();
    for series in SERIES.iter().filter(|series| series.project == project) {
        for day in first.through(day_of(LAST_DAY)) {
            for (hour, percent) in series.pattern.hours.iter().enumerate() {
                let requests = requests(series, day.since(first), day.weekday(), hour, *percent);
                if requests > 0 {
                    let period = grouping.period(day, hour);
                    *totals.entry((period, series.api_key)).or_default() += requests;
                }
            }
        }
    }
    totals
}

fn day_of((year, month, day): (i64, i64, i64)) -> Day {
    Day::of(year, month, day)
}

fn requests(series: &Series, day: i64, weekday: usize, hour: usize, percent: u64) -> u64 {
    if day < series.in_use.0 || day > series.in_use.1 {
        return 0;
    }
    let weekday = series
        .pattern
        .weekdays
        .get(weekday)
        .copied()
        .unwrap_or_default();
    let growth = 100 + day.unsigned_abs();
    let noise = 90 + hash(&format!("{} {day} {hour}", series.api_key)) % 21;
    let event = event(series.project, day, hour);
    series.level * weekday * percent * growth * noise * event / 10_000_000_000
}

/// Returns the percentage of the usual requests: Checkout has a launch on 2026-05-21 and an outage on 2026-06-03.
fn event(project: &str, day: i64, hour: usize) -> u64 {
    match (project, day) {
        ("prj_4411", 17) => 240,
        ("prj_4411", 18) => 170,
        ("prj_4411", 30) if (9..15).contains(&hour) => 4,
        _ => 100,
    }
}

/// Returns the FNV-1a hash, which is the same on every machine.
pub(crate) fn hash(text: &str) -> u64 {
    toolsmith_dialect::fnv::hash(text.bytes())
}

#[cfg(test)]
mod tests {
    use super::{Grouping, totals};

    #[test]
    fn every_grouping_adds_up_to_the_same() {
        for project in ["prj_4411", "prj_112", "prj_9", "prj_730"] {
            let sum = |grouping| totals(project, grouping).values().sum::<u64>();
            let expected = sum(Grouping::Hour);
            assert!(expected > 1_000, "{project} has {expected} requests");
            for grouping in [Grouping::Day, Grouping::Week, Grouping::Month] {
                assert_eq!(sum(grouping), expected, "{project} by {grouping:?}");
            }
        }
        assert!(totals("prj_unknown", Grouping::Day).is_empty());
    }
}
