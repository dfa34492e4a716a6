//! The agent recovers from the mistakes of a model, in each wire format, and keeps its budget.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{command, run};

const FORMATS: [&str; 3] = ["chat", "responses", "messages"];

/// Returns the output without what differs between the formats: the prefix of identifiers, and the tokens.
fn normalized(text: &str) -> String {
    let text = text.replace("toolu_", "call_");
    let (before, totals) = text.rsplit_once(" calls, ").unwrap();
    let (tokens, after) = totals.split_once(" tokens").unwrap();
    assert!(tokens.parse::<u64>().unwrap() > 10_000, "{tokens}");
    format!("{before} calls, N tokens{after}")
}

#[test]
fn agent_recovers_from_every_mistake_in_each_wire_format() {
    for format in FORMATS {
        let text = run("agent", &["--api", format]);
        insta::allow_duplicates! {
            insta::assert_snapshot!(normalized(&text), @r#"
        you: rotate the API key for custom user 'backend_service' in project 'prj_112'

        round 1
          call_1 list_all_the_auth_api_api_keys {"customUser":"backend_service","projectId":"prj_112"}
          call_2 list_all_the_auth_api_analytics_api_key_totals {"projectId": "prj_112", "dateGrouping": "monthly
            ✗ call_1: /customUser: no such argument; did you mean `customUserId`?
            ✗ call_2: list_all_the_auth_api_analytics_api_key_totals: the arguments are not valid JSON (EOF while parsing a string at line 1 column 49); nothing was sent. Write a single JSON object, such as {"projectId": "…", "dateGrouping": "day"}, and no text around it

        round 2
          call_3 list_all_the_auth_api_api_keys {"customUserId":"backend_service","projectId":"prj_112"}
          call_4 list_all_the_auth_api_analytics_api_key_totals {"dateGrouping":"monthly","projectId":"prj_112"}
            ✓ call_3: 1 record: key_9001
            ✗ call_4: /dateGrouping: expected one of "day", "week", "month", found "monthly"; did you mean "month"?

        round 3
          call_5 list_all_the_auth_api_analytics_api_key_totals {"dateGrouping":"month","projectId":"prj_112"}
            ✓ call_5: 4 records

        round 4
          call_6 list_all_the_auth_api_projects {"accountId":"prj_112"}
            ✗ call_6: /accountId: expected the identifier of an account, found "prj_112", which identifies a project (returned by list_all_the_auth_api_api_keys); call list_all_the_auth_api_accounts first

        round 5
          call_7 list_all_the_auth_api_accounts {}
            ✓ call_7: 2 records: acc_8923, acc_5150

        round 6
          call_8 list_all_the_auth_api_projects {"accountId":"acc_8923"}
            ✓ call_8: 3 records: prj_4411, prj_112, prj_9

        round 7
          call_9 update_a_the_auth_api_api_key_rotate_by_id {"id":"key_9001"}
            ✗ call_9: there is no tool "update_a_the_auth_api_api_key_rotate_by_id"; did you mean `create_a_the_auth_api_api_key_rotate` or `update_a_the_auth_api_api_key_by_id`? They may do something else: read their descriptions first

        round 8
          call_10 create_a_the_auth_api_api_key_rotate {"id":"key_9001"}
          call_10 create_a_the_auth_api_api_key_rotate {"id":"key_9001"}
            ? Rotate API key changes something. Go on? [y/N] y (made-up data)
            … the rate limit is spent: waiting 1 s
            ✓ call_10: key_9001
            ✓ call_10: made before under this identifier

        round 9
          model: The key key_9001 of backend_service in project prj_112 has a new value; the old one stopped working.

        9 rounds, 11 calls, N tokens
        "#);
        }
    }
}

/// Returns the lines of a transcript.
fn transcript(path: &std::path::Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn agent_writes_what_was_said_and_done_to_its_transcript() {
    let folder = tempfile::TempDir::new().unwrap();
    for format in FORMATS {
        let path = folder.path().join(format);
        run(
            "agent",
            &["--api", format, "--transcript", path.to_str().unwrap()],
        );
        let lines = transcript(&path);
        assert_eq!(lines[0]["kind"], "user");
        let answer = &lines[lines.len() - 2];
        let text = answer["text"].as_str().unwrap();
        assert!(text.contains("has a new value"), "{format}: {text}");
        assert_eq!(lines[lines.len() - 1]["reason"], "the model has answered");
        // The reply to each mistake.
        let mut outcomes: BTreeMap<&str, u32> = BTreeMap::new();
        let calls: Vec<&Value> = lines.iter().filter(|line| line["kind"] == "call").collect();
        for call in &calls {
            *outcomes
                .entry(call["outcome"].as_str().unwrap())
                .or_default() += 1;
        }
        let expected = [
            ("refused", 3),
            ("succeeded", 6),
            ("unknown", 1),
            ("unreadable", 1),
        ];
        assert_eq!(outcomes, expected.into(), "{format}");
        // One call was written twice and made once.
        let twice: Vec<&&Value> = calls
            .iter()
            .filter(|call| call["tool"] == "create_a_the_auth_api_api_key_rotate")
            .collect();
        assert_eq!(twice.len(), 2, "{format}");
        assert_eq!(twice[0]["id"], twice[1]["id"]);
        assert_eq!(twice[0]["reply"], twice[1]["reply"]);
        let repeated = twice.iter().filter(|call| call["is_repeated"] == true);
        assert_eq!(repeated.count(), 1, "{format}");
        // The model sees no secret, so the transcript has none.
        let whole = std::fs::read_to_string(&path).unwrap();
        assert!(!whole.contains("live_"), "{format}");
    }
}

/// The options, and the reason for which the agent stops.
const BUDGETS: &[(&[&str], &str)] = &[
    (&["--rounds", "2"], "the limit of 2 rounds is reached"),
    (&["--calls", "3"], "the limit of 3 calls is reached"),
    (&["--tokens", "100"], "the limit of 100 tokens is reached"),
];

#[test]
fn agent_stops_when_its_budget_is_spent() {
    for (arguments, reason) in BUDGETS {
        let output = command("agent", arguments).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        assert!(error.contains(reason), "{arguments:?}: {error}");
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(
            !printed.contains("rotate {"),
            "nothing was changed: {printed}"
        );
    }
}

#[test]
fn agent_names_its_options() {
    for (arguments, expected) in [
        (
            &["--api", "soap"][..],
            "there are chat, responses and messages",
        ),
        (&["--budget", "3"], "there are --api, --rounds"),
        (&["--rounds"], "--rounds needs a value"),
    ] {
        let output = command("agent", arguments).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            !output.status.success() && error.contains(expected),
            "{error}"
        );
    }
}
