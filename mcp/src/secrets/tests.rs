//! The secrets that are found in URLs, arguments and variables, and the words that are not.

use super::*;

/// Returns the text after the secrets of an endpoint were replaced in it.
fn redacted(add: impl FnOnce(&Secrets), text: &str) -> String {
    let secrets = Secrets::default();
    add(&secrets);
    secrets.redact(text.to_owned())
}

#[test]
fn values_in_urls_are_secrets() {
    // The URL, the message of a server, and what is shown if the URL is given, and if a variable has it.
    let cases = [
        (
            "?key=s3cr3t-canary",
            "unknown key s3cr3t-canary",
            "unknown key [secret]",
        ),
        (
            "?key=s3cr3t-canary#top",
            "unknown key s3cr3t-canary",
            "unknown key [secret]",
        ),
        ("?a=1&apiKey=c4n4", "no c4n4", "no [secret]"),
        ("?api%5Fkey=canary", "no canary", "no [secret]"),
        ("?a=1;token=canary", "no canary", "no [secret]"),
        ("#access_token=canary", "no canary", "no [secret]"),
        ("?key=can%2Fary%20x", "can/ary x", "[secret]"),
        (
            "?key=can%2Fary%20x",
            "can%2Fary%20x can%2Fary+x",
            "[secret] [secret]",
        ),
        (
            "?key=can%2Fary%20x",
            r#"{"key":"can\/ary x"}"#,
            r#"{"key":"[secret]"}"#,
        ),
        ("?key=can+ary", "can ary, can+ary", "[secret], [secret]"),
        (
            "?key=can\"ary",
            r#"{"key":"can\"ary"} can%22ary"#,
            r#"{"key":"[secret]"} [secret]"#,
        ),
        ("?v=0123456789abcdef", "0123456789abcdef", "[secret]"),
        (
            "?format=json&auth=true&scheme=https",
            "json true https",
            "json true https",
        ),
        ("?max_tokens=4096", "4096 tokens", "4096 tokens"),
    ];
    for (query, text, shown) in cases {
        let url = format!("https://mcp.test/mcp{query}");
        assert_eq!(redacted(|it| it.add_url(&url), text), shown, "{url}");
        assert_eq!(redacted(|it| it.add_secret_url(&url), text), shown, "{url}");
    }
}

#[test]
fn all_values_and_segments_of_a_secret_url_are_secrets() {
    let url = "https://mcp.test/s/canary-12/t0k3n/mcp?u=canary&limit=100&mode=read";
    let text =
        "canary-12 t0k3n canary /s/canary-12/t0k3n/mcp?u=canary&limit=100&mode=read 100 read mcp";
    let shown = redacted(|it| it.add_secret_url(url), text);
    assert_eq!(shown, "[secret] [secret] [secret] [secret] 100 read mcp");
    let url = "https://mcp.test/servers/canary-of-a-long-path/mcp?u=short";
    let shown = redacted(|it| it.add_url(url), "servers short canary-of-a-long-path");
    assert_eq!(shown, "servers short [secret]");
    for url in [
        "https://mcp.test/mcp",
        "https://mcp.test/",
        "https://mcp.test",
        "",
    ] {
        let text = "https mcp mcp.test /mcp messages";
        assert_eq!(redacted(|it| it.add_secret_url(url), text), text, "{url}");
    }
}

#[test]
fn secrets_in_arguments_are_found() {
    let cases: &[(&[&str], &str)] = &[
        (&["--api-key=canary"], "canary"),
        (&["--access-token", "canary"], "canary"),
        (&["--apiKey", "canary"], "canary"),
        (&["APIKEY=canary"], "canary"),
        (&["-e", "API_TOKEN=canary"], "canary"),
        (&["--header", "Authorization: Bearer canary"], "canary"),
        (&["--header", "Authorization:Bearer canary"], "canary"),
        (
            &["--header", "Authorization: Bearer canary"],
            "Bearer canary",
        ),
        (
            &["--header=Authorization: Klaviyo-API-Key canary"],
            "canary",
        ),
        (&["-H", "X-Api-Key: canary"], "canary"),
        (&["-H", "Cookie: a=1; sid=canary-8"], "canary-8"),
        (&["-H", "Authorization: Basic bWU6Y2FuYXJ5"], "canary"),
        (&["--bearer", "Bearer canary"], "canary"),
        (&["--value", "Bearer canary"], "canary"),
        (&["https://mcp.test/mcp?key=canary"], "canary"),
        (&["--url=https://mcp.test/mcp?api_key=canary"], "canary"),
        (&["--url", "https://me:canary@mcp.test/mcp"], "canary"),
        (&["DATABASE_URL=postgres://me:canary@db/notes"], "canary"),
        (
            &["--info", r#"{"client_id":"x","client_secret":"canary"}"#],
            "canary",
        ),
        (
            &["--headers", r#"{"Authorization":"Bearer canary"}"#],
            "canary",
        ),
        (&["-c", "TOKEN=canary MODE=a run"], "canary"),
        (
            &["-c", "curl -H 'X-Token: canary' https://mcp.test"],
            "canary",
        ),
    ];
    for (args, text) in cases {
        let shown = redacted(|it| it.add_args(args.iter().copied()), text);
        assert!(!shown.contains("canary"), "{args:?}: {shown}");
    }
}

#[test]
fn ordinary_arguments_are_shown() {
    let args = [
        "-y",
        "@scope/token-server",
        "ghcr.io/scope/auth-proxy:1.2.3",
        "--token",
        "--verbose",
        "folder",
        "--auth-type",
        "custom",
        "--auth",
        "true",
        "--max-tokens=4096",
        "--token-file=/run/file",
        "--format:json",
        "--url",
        "https://mcp.test/servers/mcp",
        "C:\\notes",
        "--header",
        "Accept: application/json",
        "--header",
        "Authorization:${AUTH_HEADER}",
    ];
    let text = args.join(" ");
    assert_eq!(redacted(|it| it.add_args(args), &text), text);
}

#[test]
fn secrets_in_variables_are_found() {
    let variables = [
        ("NOTES_TOKEN", "c4n4"),
        ("ANYTHING", "canary-1"),
        ("DATABASE_URL", "postgres://me:canary-2@db/notes"),
        ("LOG_LEVEL", "debug"),
        ("PORT", "8080"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), SecretString::from(value)));
    let text = "c4n4 canary-1 canary-2 debug 8080";
    let shown = redacted(|it| it.add_variables(&variables), text);
    assert_eq!(shown, "[secret] [secret] [secret] debug 8080");
}
