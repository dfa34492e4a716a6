//! Settings that are missing or wrong: each ends the program with one line that says what to set.

use std::net::TcpListener;
use std::process::Command;

/// A public key and a secret one.
const PUBLIC: &str = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

#[test]
fn wrong_settings_are_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let taken = &*taken;
    let real = [
        ("TRUTO_API_TOKEN", "secret"),
        ("THE_AUTH_API_ACCOUNT_ID", "acc"),
    ];
    let with = |more: &[(&'static str, &'static str)]| [&real[..], more].concat();
    let serve = |more: &[(&'static str, &'static str)]| {
        let some = [
            ("DURABLE_AGENT_DESK", "http://127.0.0.1:1"),
            ("DURABLE_AGENT_APPROVAL_KEY", PUBLIC),
        ];
        [&with(&some), more].concat()
    };
    let model = ("OPENAI_API_KEY", "secret");
    let cases: &[(&[&str], Vec<(&str, &str)>, &str)] = &[
        (&["--help"], vec![], "usage: durable-agent [WISH]"),
        (&["one", "two"], vec![], "usage: durable-agent [WISH]"),
        (
            &[],
            vec![("TRUTO_API_BASE_URL", "https://api.test")],
            "TRUTO_API_BASE_URL is set, but TRUTO_API_TOKEN or TRUTO_API_KEY is not",
        ),
        (&[], vec![real[0]], "THE_AUTH_API_ACCOUNT_ID"),
        (
            &[],
            with(&[]),
            "a real account needs a model: set OPENAI_API_KEY",
        ),
        (
            &[],
            with(&[("OPENAI_BASE_URL", "localhost:1234")]),
            "OPENAI_BASE_URL is not an http(s) URL: \"localhost:1234\"",
        ),
        (
            &[],
            with(&[model]),
            "a real account needs a secret key of approvals: set DURABLE_AGENT_APPROVAL_KEY",
        ),
        (
            &[],
            with(&[model, ("DURABLE_AGENT_APPROVAL_KEY", "zz")]),
            "DURABLE_AGENT_APPROVAL_KEY must be 64 hexadecimal digits",
        ),
        (
            &[],
            with(&[model, ("DURABLE_AGENT_APPROVAL_KEY", PUBLIC)]),
            "DURABLE_AGENT_APPROVAL_KEY is the public key of made-up data",
        ),
        (
            &[],
            vec![("RESTATE_SERVER", "/no/such/server")],
            "cannot start /no/such/server: ",
        ),
        (&["serve"], vec![], "DURABLE_AGENT_ADDRESS is not set"),
        (
            &["serve"],
            serve(&[("DURABLE_AGENT_ADDRESS", "9080")]),
            "DURABLE_AGENT_ADDRESS must be like 127.0.0.1:9080, but is \"9080\"",
        ),
    ];
    for (arguments, variables, expected) in cases {
        expect(arguments, variables, expected);
    }
    let mut variables = serve(&[]);
    variables.push(("DURABLE_AGENT_ADDRESS", taken));
    expect(
        &["serve"],
        &variables,
        &format!("cannot listen on {taken}: "),
    );
}

/// Runs the program with nothing but these variables, and checks its only line on the error output.
fn expect(arguments: &[&str], variables: &[(&str, &str)], expected: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_durable-agent"))
        .args(arguments)
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
    let message = error.strip_prefix("durable-agent: ").unwrap_or_default();
    assert!(message.contains(expected), "{arguments:?}: {error}");
    assert_eq!(error.lines().count(), 1, "{arguments:?}: {error}");
}
