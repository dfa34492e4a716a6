//! `Debug` prints no secrets: neither those that the names of fields show, nor those that an overlay
//! marks.

use std::collections::BTreeMap;

use serde_json::json;

use crate::agent::Arguments;
use crate::codec::{Direction, JsonType, decode_lenient, decode_record, decode_strict};
use crate::codegen::{Check, Object, Shape, Slots, Value, slots_of};
use crate::error::ErrorBody;
use crate::interrupt::NEVER;
use crate::{Json, Redactor, client::Deleted, objects, values::Extra};

/// A request with a secret by name, and one that is marked.
#[derive(Default)]
struct Login {
    user: String,
    key: String,
    pin: Option<i64>,
}

impl Object for Login {
    const SHAPE: Shape = Shape {
        name: "Login",
        required: "user key",
        optional: "pin",
        secrets: &["pin"],
        ..Shape::IN_BODY
    };

    fn empty() -> Self {
        Self::default()
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.user, &mut self.key, &mut self.pin])
    }
}

/// A request whose secret has checks.
#[derive(Default)]
struct Pin {
    pin: Json,
}

impl Object for Pin {
    const SHAPE: Shape = Shape {
        name: "Pin",
        required: "pin",
        secrets: &["pin"],
        field_checks: &[(
            "pin",
            &[
                Check::AnyOf(&[
                    &[Check::MinLength(50)],
                    &[Check::AnyOf(&[
                        &[Check::Type(&[JsonType::Null])],
                        &[Check::Enum(&["1"])],
                    ])],
                ]),
                Check::OneOf(&[
                    &[Check::MinItems(9)],
                    &[Check::Items(&[Check::MinLength(50)])],
                ]),
                Check::Not(&[Check::Type(&[JsonType::String, JsonType::Array])]),
            ],
        )],
        ..Shape::IN_BODY
    };

    fn empty() -> Self {
        Self::default()
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.pin])
    }
}

/// A record that holds others in every way.
#[derive(Default)]
struct Account {
    id: String,
    hash: Option<String>,
    any: Option<Json>,
    keys: Option<Vec<String>>,
    map: Option<BTreeMap<String, String>>,
    nested: Option<Vec<Account>>,
    extra: Extra,
}

impl Object for Account {
    const SHAPE: Shape = Shape {
        name: "Account",
        required: "id",
        optional: "hash any apiKeys map nested",
        secrets: &["hash"],
        ..Shape::RECORD
    };

    fn empty() -> Self {
        Self::default()
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([
            &mut self.id,
            &mut self.hash,
            &mut self.any,
            &mut self.keys,
            &mut self.map,
            &mut self.nested,
            &mut self.extra,
        ])
    }
}

objects! {
    Login(user, key, pin),
    Pin(pin),
    Account(id, hash, any, keys, map, nested, extra),
}

/// A record with secrets that contain `s3cr3t` in every place.
fn secretive() -> Json {
    let mut account = json!({
        "id": "acc_1", "hash": "s3cr3t-hash", "apiKeys": ["s3cr3t-1"],
        "any": {"clientSecret": {"value": "s3cr3t-2"}, "list": [{"password": "s3cr3t-3"}]},
        "map": {"token": "s3cr3t-4", "name": "shown", "text": "{\"api_key\": \"s3cr3t-5\"}"},
        "unknown": {"accessToken": 5, "note": "[{\"secret\": \"s3cr3t-6\"}]"}, "x-api-key": "s3cr3t-7",
        "signature": null,
    });
    account["nested"] = json!([account]);
    account
}

#[test]
fn debug_prints_no_secrets() {
    let login: Login =
        serde_json::from_value(json!({"user": "u", "key": "k", "pin": 1234})).unwrap();
    let printed = format!("{login:?}");
    assert_eq!(
        printed,
        r#"Login { user: "u", key: "[hidden]", pin: "[hidden]" }"#
    );
    let sent = serde_json::to_value(&login).unwrap();
    assert_eq!(sent, json!({"user": "u", "key": "k", "pin": 1234}));

    let account: Account = serde_json::from_value(secretive()).unwrap();
    let arguments = Arguments::from(&secretive());
    let error_body = ErrorBody::from_body(
        json!({"message": "no", "details": secretive(), "extra": secretive()})
            .to_string()
            .as_bytes(),
    );
    let mut gone = vec![Deleted::blank()];
    gone[0].body = Some(json!({"key": "s3cr3t-8"}));
    gone[0].extra.insert("token".to_owned(), json!("s3cr3t-9"));
    for printed in [
        format!("{account:?} {account:#?}"),
        format!("{arguments:?}"),
        format!("{error_body:?}"),
        format!("{gone:?}"),
    ] {
        let marked = printed.matches("s3cr3t-hash").count();
        // Only the type knows which fields are marked.
        let expected = if printed.starts_with("Account") {
            0
        } else {
            marked
        };
        assert_eq!(marked, expected, "{printed}");
        assert!(
            !printed.replace("s3cr3t-hash", "").contains("s3cr3t"),
            "{printed}"
        );
    }
    let printed = format!("{account:?}");
    for shown in [
        "acc_1",
        "shown",
        "signature: null",
        "\"accessToken\":\"[hidden]\"",
    ] {
        assert!(printed.contains(shown), "{shown} in {printed}");
    }
    assert_eq!(serde_json::to_value(&account).unwrap(), secretive());
}

#[test]
fn problems_of_a_record_quote_no_secrets() {
    for (record, path) in [
        (
            json!({"id": "a", "apiKeys": ["a", {"v": "s3cr3t"}]}),
            "/apiKeys/1",
        ),
        (json!({"id": "a", "hash": ["s3cr3t"]}), "/hash"),
        (json!({"id": {"token": "s3cr3t"}}), "/id"),
        (
            json!({"id": "a", "nested": [{"id": "b", "map": {"secret": ["s3cr3t"]}}]}),
            "/nested/0/map/secret",
        ),
    ] {
        let text = record.to_string();
        for problems in [
            decode_lenient::<Account>(record).unwrap_err(),
            decode_record::<Account>(text.as_bytes(), &NEVER).unwrap_err(),
        ] {
            let printed = format!("{problems} {problems:?}");
            assert_eq!(problems.problems()[0].path, path);
            assert!(
                !printed.contains("s3cr3t") && printed.contains("[hidden]"),
                "{printed}"
            );
        }
    }
    assert_eq!(Account::SHAPE.direction, Direction::Response);
}

#[test]
fn problems_of_a_secret_argument_do_not_quote_it() {
    for pin in [json!("s3cr3t"), json!(["s3cr3t", "s3cr3t"])] {
        let problems = decode_strict::<Pin>(json!({"pin": pin})).unwrap_err();
        let printed = format!("{problems} {problems:?}");
        assert!(
            printed.contains("meets at least one of several conditions"),
            "{printed}"
        );
        assert!(
            !printed.contains("s3cr3t") && printed.contains("[hidden]"),
            "{printed}"
        );
    }
}

#[test]
fn a_redactor_can_be_configured() {
    let redactor = Redactor::default().field("PIN").keep("Key");
    let mut json = json!({"pin": 1, "key": "PROJ-1", "apiKey": "a", "list": "[{\"pin\": 2}]"});
    redactor.redact(&mut json);
    let expected = json!({
        "pin": "[hidden]", "key": "PROJ-1", "apiKey": "[hidden]", "list": "[{\"pin\":\"[hidden]\"}]",
    });
    assert_eq!(json, expected);
    assert!(!redactor.clone().keep("pin").field("key").is_secret("pin"));
}

#[test]
fn problems_of_arguments_quote_no_secrets() {
    for key in [json!(["s3cr3t-9"]), json!({"a": "s3cr3t-9"})] {
        let arguments = json!({"user": "u", "key": key});
        let problems = decode_strict::<Login>(arguments).map(drop).unwrap_err();
        let printed = format!("{problems} {problems:?}");
        assert!(!printed.contains("s3cr3t"), "{printed}");
    }
    let problems = decode_strict::<Login>(json!({"user": "u", "key": 5})).map(drop);
    assert!(problems.unwrap_err().to_string().contains("found 5"));
}
