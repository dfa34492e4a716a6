//! The layers of the crates with few modules.

use super::order::{Layers, Order};

/// The layers of each crate.
pub(super) const LIBRARY_LAYERS: &[Layers] = &[
    // Pure functions over schemas.
    Layers {
        folder: "dialect/src/",
        order: Order::Stacked(&[
            &["list_options"],
            &["list"],
            &["entry"],
            &["definition"],
            &["ordered_json", "tool_schema"],
            &["separate"],
            &["write"],
            &["mapping", "name"],
            &["provider"],
            &["rules"],
            &["request_limits"],
            &["schema"],
            &["counts"],
            &["note", "resolved", "tree"],
            // Shared with the generator and the runtime.
            &[
                "format",
                "pattern",
                "resource",
                "schema_path",
                "suggest",
                "tool_hash",
            ],
            &[
                "argument_location",
                "calendar",
                "direction",
                "effect",
                "fnv",
                "json_pointer",
                "json_type",
                "json_view",
                "loopback",
                "multiple",
                "secret_names",
                "sentence",
                "similarity",
            ],
        ]),
    },
    Layers {
        folder: "mcp/src/",
        order: Order::Stacked(&[
            &["session"],
            &["transport"],
            &["oauth", "environment"],
            &["endpoint"],
            &["http"],
            &["message"],
            &["redaction"],
            &["error"],
            &["input", "trace"],
            &["authorization", "headers", "json", "secrets"],
            &["quote", "retry_after", "single_line"],
        ]),
    },
    Layers {
        folder: "pattern/src/",
        order: Order::Stacked(&[
            &["parse", "render"],
            &["escape", "node"],
            &["class", "cursor", "error", "hidden"],
        ]),
    },
    Layers {
        folder: "redis/src/",
        order: Order::Stacked(&[
            &["tests"],
            &["store"],
            &["connection", "script"],
            &["error", "failure"],
        ]),
    },
    Layers {
        folder: "testkit/src/",
        order: Order::Stacked(&[
            &["fake_mcp", "fake_model", "fake_oauth", "fake_truto"],
            &["cargo", "golden", "log_capture"],
        ]),
    },
    Layers {
        folder: "xtask/src/",
        order: Order::Stacked(&[
            &["tidy"],
            &["tidy/cycles", "tidy/layers"],
            &["tidy/modules"],
            &[
                "tidy/imports",
                "tidy/lengths",
                "tidy/manifests",
                "tidy/prose",
                "tidy/text",
            ],
            &["tidy/library_layers", "tidy/rules"],
            &["tidy/edges", "tidy/order", "tidy/sources"],
            &["tidy/finding"],
        ]),
    },
];
