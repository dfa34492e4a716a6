//! The crates of this repository that each crate may depend on.

/// The packages of the repository that each package may depend on, except in tests.
pub(super) const EDGES: &[(&str, &[&str])] = &[
    (
        "toolsmith-codegen",
        &["toolsmith-dialect", "toolsmith-pattern"],
    ),
    ("toolsmith-dialect", &["toolsmith-pattern"]),
    ("toolsmith-mcp", &["toolsmith-dialect"]),
    ("toolsmith-pattern", &[]),
    ("toolsmith-redis", &["toolsmith-runtime"]),
    (
        "toolsmith-runtime",
        &["toolsmith-dialect", "toolsmith-mcp", "toolsmith-pattern"],
    ),
    ("toolsmith-testkit", &["toolsmith-dialect"]),
    ("generated", &["toolsmith-runtime"]),
    ("examples", &["generated", "toolsmith-testkit"]),
    (
        "toolsmith",
        &[
            "toolsmith-codegen",
            "toolsmith-dialect",
            "toolsmith-mcp",
            "toolsmith-pattern",
        ],
    ),
    ("xtask", &["toolsmith"]),
    (
        "toolsmith-tests",
        &[
            "generated",
            "toolsmith-codegen",
            "toolsmith-pattern",
            "toolsmith-runtime",
            "toolsmith-testkit",
        ],
    ),
    ("toolsmith-benches", &[]),
    ("toolsmith-grammar-tests", &["toolsmith-runtime"]),
    ("toolsmith-browser-tests", &[]),
    ("durable-agent", &["generated", "toolsmith-testkit"]),
    (
        "toolsmith-otlp-tests",
        &["generated", "toolsmith-runtime", "toolsmith-testkit"],
    ),
    ("toolsmith-fuzz", &["toolsmith-runtime", "toolsmith-tests"]),
];
