//! Several headers with one name, and several kinds of headers.

use super::*;

/// Headers, and the wait that they name in milliseconds.
type Row = (&'static [(&'static str, &'static str)], u128);

const ROWS: &[Row] = &[
    (&[("retry-after", "1"), ("retry-after", "120")], 120_000),
    (&[("retry-after", "0"), ("retry-after", "30")], 30_000),
    (&[("retry-after", "soon"), ("retry-after", "30")], 30_000),
    (&[("retry-after", "1, 120")], 120_000),
    (
        &[("x-ratelimit-reset", "5"), ("x-ratelimit-reset", "60")],
        60_000,
    ),
    (&[("retry-after-ms", "200, 4000")], 4000),
    (
        &[(
            "retry-after",
            "Tue, 23 Jun 2026 10:00:30 GMT, Tue, 23 Jun 2026 10:01:00 GMT",
        )],
        60_000,
    ),
    (
        &[
            ("x-ratelimit-remaining", "4, 0"),
            ("x-ratelimit-reset", "1, 60"),
        ],
        60_000,
    ),
    (
        &[
            ("x-ratelimit-remaining", "4, 0"),
            ("x-ratelimit-reset", "60, 1"),
        ],
        1000,
    ),
    (
        &[
            ("x-ratelimit-remaining", "4"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "9"),
        ],
        9000,
    ),
    (
        &[
            ("ratelimit-remaining", "0"),
            ("ratelimit-reset", "1"),
            ("ratelimit-limit", "10"),
            ("x-ratelimit-limit", "1000"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "60"),
        ],
        60_000,
    ),
    // The limit that is spent names the wait.
    (
        &[
            ("ratelimit-remaining", "5"),
            ("ratelimit-reset", "1"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "60"),
        ],
        60_000,
    ),
];

#[test]
fn the_longest_of_several_headers_holds() {
    for &(fields, expected) in ROWS {
        assert_eq!(
            milliseconds(read(fields).wait()),
            Some(expected),
            "{fields:?}"
        );
    }
}
