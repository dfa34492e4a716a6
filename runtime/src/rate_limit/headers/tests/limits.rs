//! Limits, windows and the calls left.

use super::*;

/// The limit, the window in seconds, and the calls left.
#[track_caller]
fn check(fields: &[(&str, &str)], limit: Option<u64>, window: Option<u64>, remaining: Option<u64>) {
    let found = read(fields);
    let found_window = found.window.map(|window| window.as_secs());
    assert_eq!(
        (found.limit, found_window, found.remaining),
        (limit, window, remaining)
    );
}

#[test]
fn reads_limits_in_every_form() {
    let three = [
        ("ratelimit-limit", "110;w=10"),
        ("ratelimit-remaining", "109"),
    ];
    check(&three, Some(110), Some(10), Some(109));
    check(
        &[("ratelimit-limit", "110, 110; w=10")],
        Some(110),
        Some(10),
        None,
    );
    let endless_window = [("ratelimit-limit", "110;w=18446744073709551615")];
    check(&endless_window, Some(110), None, None);
    check(&[("ratelimit-remaining", "-1")], None, None, Some(0));
    check(&[("ratelimit-remaining", "many")], None, None, None);
    check(
        &[("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", "1")],
        Some(60),
        None,
        Some(1),
    );
    let draft = [
        ("ratelimit", "limit=100, remaining=50, reset=5"),
        ("ratelimit-policy", "100;w=60"),
    ];
    check(&draft, Some(100), Some(60), Some(50));
    let single_fields_first = [("ratelimit-remaining", "3"), ("x-ratelimit-remaining", "9")];
    check(&single_fields_first, None, None, Some(3));
}

#[test]
fn the_tightest_of_several_limits_applies() {
    let policy = (
        "ratelimit-policy",
        "\"burst\";q=100;w=60,\"daily\";q=1000;w=86400",
    );
    let state = ("ratelimit", "\"daily\";r=900;t=3600, \"burst\";r=2;t=5");
    check(&[policy, state], Some(100), Some(60), Some(2));
    let both_spent = ("ratelimit", "\"burst\";r=0;t=5, \"daily\";r=0;t=3600");
    check(&[policy, both_spent], Some(1000), Some(86_400), Some(0));
    assert_eq!(
        read(&[policy, both_spent]).wait(),
        Some(Duration::from_secs(3600))
    );
    assert!(read(&[policy, both_spent]).is_spent());
}

#[test]
fn reads_calls_and_window_in_every_form() {
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    for (value, limit, window) in [
        ("110", Some(110), None),
        ("110;w=10", Some(110), seconds(10)),
        ("110; w=10", Some(110), seconds(10)),
        ("110;w=10;comment=\"w=5\"", Some(110), seconds(10)),
        ("10, 10;w=1, 500;w=60", Some(10), seconds(1)),
        ("10, 500;w=60", Some(10), None),
        ("10;w=1, 500;w=60", Some(10), seconds(1)),
        ("110;w=soon", Some(110), None),
        ("110;w=99999999999", Some(110), None),
        ("18446744073709551615", Some(u64::MAX), None),
        ("18446744073709551616", None, None),
        ("+5", Some(5), None),
        ("-5", Some(0), None),
        ("", None, None),
        ("many;w=10", None, seconds(10)),
    ] {
        let found = read(&[("ratelimit-limit", value)]);
        assert_eq!((found.limit, found.window), (limit, window), "{value:?}");
    }
}

#[test]
fn reads_dates_relative_to_the_server_time() {
    // The clock of the server is five minutes ahead.
    let date = ("date", "Tue, 23 Jun 2026 10:05:00 GMT");
    let after = ("retry-after", "Tue, 23 Jun 2026 10:05:30 GMT");
    let reset = ("ratelimit-reset", "1782209130");
    for fields in [[date, after], [after, date], [date, reset]] {
        assert_eq!(milliseconds(read(&fields).wait()), Some(30_000));
    }
    let no_date = ("date", "today");
    assert_eq!(milliseconds(read(&[no_date, after]).wait()), Some(330_000));
}

#[test]
fn doubts_a_date_that_the_clock_contradicts() {
    // The response has a wrong date: NOW is ten o'clock.
    for (date, reset, expected) in [
        ("Tue, 23 Jun 2026 10:05:00 GMT", "1782208802", 2000),
        ("Tue, 23 Jun 2026 09:55:00 GMT", "1782208802", 2000),
        ("Tue, 23 Jun 2026 10:00:01 GMT", "1782208803", 2000),
        // By the clock of the client, the wait would be too long to be believed.
        ("Tue, 23 Jun 2026 10:05:00 GMT", "1782209000", 0),
    ] {
        let fields = [("date", date), ("ratelimit-reset", reset)];
        assert_eq!(milliseconds(read(&fields).wait()), Some(expected), "{date}");
    }
}

#[test]
fn reads_a_list_from_several_headers() {
    let fields = [
        ("ratelimit-policy", "\"daily\";q=1000;w=86400"),
        ("ratelimit", "\"daily\";r=900;t=3600"),
        ("ratelimit", "\"burst\";r=0;t=5"),
        ("ratelimit-policy", "\"burst\";q=100;w=60"),
    ];
    check(&fields, Some(100), Some(60), Some(0));
    assert_eq!(milliseconds(read(&fields).wait()), Some(5000));
}

#[test]
fn treats_quoted_text_as_text() {
    let named = [
        ("ratelimit", "\"a, b;r=0;t=99 \\\" c\";r=7;t=5"),
        (
            "ratelimit-policy",
            "\"x\";q=3;w=1;pk=:dHJ1dG8=:, \"a, b;r=0;t=99 \\\" c\";comment=\"w=7;q=1, 9\";q=50;w=10",
        ),
    ];
    check(&named, Some(50), Some(10), Some(7));
    assert_eq!(milliseconds(read(&named).reset), Some(5000));
    // Unterminated quotes have no meaning.
    check(&[("ratelimit", "\"a;r=0;t=5")], None, None, None);
}

#[test]
fn matches_a_state_with_its_policy() {
    let state = ("ratelimit", "\"burst\";r=3;t=5");
    let others = ("ratelimit-policy", "\"daily\";q=1000;w=86400, \"week\";q=1");
    check(&[state, others], None, None, Some(3));
    let sole = ("ratelimit-policy", "\"default\";q=100;w=60");
    check(&[state, sole], Some(100), Some(60), Some(3));
    // In an earlier draft, an item has a number of calls instead of a name.
    let members = ("ratelimit", "limit=50, remaining=0, reset=9");
    let numbered = ("ratelimit-policy", "10;w=1, 50;w=60");
    check(&[members, numbered], Some(50), Some(60), Some(0));
}

#[test]
fn ignores_a_limit_of_bytes() {
    let policy = (
        "ratelimit-policy",
        "\"bytes\";q=65535;qu=\"content-bytes\";w=10, \"calls\";q=50;qu=\"requests\";w=10",
    );
    let state = ("ratelimit", "\"bytes\";r=2;t=9, \"calls\";r=40;t=8");
    check(&[policy, state], Some(50), Some(10), Some(40));
    check(&[policy], Some(50), Some(10), None);
    let only_bytes = ("ratelimit", "\"bytes\";r=0;t=9");
    assert_eq!(read(&[policy, only_bytes]).remaining, None);
}
