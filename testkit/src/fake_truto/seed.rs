//! The records at the start: two accounts, four projects, and their belongings.

use serde_json::{Value, json};

use super::responses::Record;
use super::store::{Store, key_value, record};

/// The account of the credentials, which is the default of calls that name none.
pub(crate) const HOME_ACCOUNT: &str = "acc_8923";

/// The creation time of the older records.
const FOUNDED: &str = "2026-03-02T08:30:00.000Z";

/// Creates a store with the seeded records; webhooks point to the receivers of the server at `base_url`.
pub(crate) fn store(base_url: &str) -> Store {
    let mut store = Store::empty();
    accounts_and_projects(&mut store);
    access_keys(&mut store);
    checkout_service_keys(&mut store);
    checkout_customer_keys(&mut store);
    other_keys(&mut store);
    webhooks(&mut store, base_url);
    people(&mut store);
    store
}

fn accounts_and_projects(store: &mut Store) {
    for (id, name) in [(HOME_ACCOUNT, "Acme"), ("acc_5150", "Globex")] {
        let account = audited(json!({ "id": id, "name": name }));
        store.accounts.insert(account);
    }
    for (id, account, name, env) in [
        ("prj_4411", HOME_ACCOUNT, "Checkout", "live"),
        ("prj_112", HOME_ACCOUNT, "Mobile app", "live"),
        ("prj_9", HOME_ACCOUNT, "Playground", "test"),
        ("prj_730", "acc_5150", "Storefront", "live"),
    ] {
        store.projects.insert(audited(json!({
            "id": id, "accountId": account, "name": name, "env": env,
        })));
    }
}

fn access_keys(store: &mut Store) {
    for (id, account, project, name, active) in [
        ("ak_1", HOME_ACCOUNT, None, "Deployment", true),
        (
            "ak_2",
            HOME_ACCOUNT,
            Some("prj_4411"),
            "Checkout support desk",
            true,
        ),
        (
            "ak_3",
            HOME_ACCOUNT,
            Some("prj_112"),
            "Laptop of a former colleague",
            false,
        ),
        ("ak_4", "acc_5150", None, "Globex administration", true),
    ] {
        store.access_keys.insert(audited(json!({
            "id": id,
            "key": key_value("access", id),
            "name": name,
            "accountId": account,
            "projectId": project,
            "isActive": active,
        })));
    }
}

fn checkout_service_keys(store: &mut Store) {
    insert_key(
        store,
        "key_101",
        "prj_4411",
        "live",
        json!({
            "name": "Checkout backend",
            "customAccountId": "acme",
            "customUserId": "backend_service",
            "customMetaData": { "plan": "enterprise" },
            "rateLimitConfigs": { "rateLimit": 6000, "rateLimitTtl": 60 },
        }),
    );
    insert_key(
        store,
        "key_102",
        "prj_4411",
        "live",
        json!({
            "name": "Checkout worker",
            "customAccountId": "acme",
            "customUserId": "service_worker_v2",
            "customMetaData": { "plan": "enterprise", "region": "eu" },
            "createdAt": "2026-05-13T07:45:00.000Z",
            "updatedAt": "2026-05-13T07:45:00.000Z",
        }),
    );
    insert_key(
        store,
        "key_103",
        "prj_4411",
        "live",
        json!({
            "name": "Checkout worker (before May)",
            "customAccountId": "acme",
            "customUserId": "service_worker_v2",
            "isActive": false,
            "updatedAt": "2026-05-13T08:00:00.000Z",
        }),
    );
}

fn checkout_customer_keys(store: &mut Store) {
    insert_key(
        store,
        "key_104",
        "prj_4411",
        "live",
        json!({
            "name": "Partner portal",
            "customAccountId": "initech",
            "customUserId": "partner_portal",
            "expiry": "2026-12-31T23:59:59.000Z",
            "allowedDomains": ["partners.acme.example"],
            "createdAt": "2026-05-20T09:10:00.000Z",
            "updatedAt": "2026-05-20T09:10:00.000Z",
        }),
    );
    insert_key(
        store,
        "key_105",
        "prj_4411",
        "live",
        json!({
            "name": "Trial of spring",
            "customAccountId": "hooli",
            "customUserId": "trial",
            "expiry": "2026-05-01T00:00:00.000Z",
        }),
    );
}

fn other_keys(store: &mut Store) {
    for (id, project, env, name, user) in [
        ("key_201", "prj_112", "live", "iOS", "ios_app"),
        ("key_202", "prj_112", "live", "Android", "android_app"),
        ("key_301", "prj_9", "test", "Experiments", "backend_service"),
        (
            "key_401",
            "prj_730",
            "live",
            "Storefront backend",
            "storefront",
        ),
    ] {
        let fields = json!({ "name": name, "customUserId": user });
        insert_key(store, id, project, env, fields);
    }
}

fn insert_key(store: &mut Store, id: &str, project: &str, env: &str, fields: Value) {
    let mut key = record(json!({
        "id": id,
        "key": key_value(env, id),
        "projectId": project,
        "customMetaData": {},
        "customAccountId": null,
        "customUserId": null,
        "env": env,
        "isActive": true,
        "rateLimitConfigs": null,
        "expiry": null,
        "allowedDomains": null,
        "createdAt": FOUNDED,
        "updatedAt": FOUNDED,
    }));
    key.extend(record(fields));
    store.api_keys.insert(key);
}

fn webhooks(store: &mut Store, base_url: &str) {
    for (id, name, url, topics, status) in [
        (
            "whk_1",
            "Key inventory",
            format!("{base_url}/hooks/ok-inventory"),
            json!(["api-key.created", "api-key.deleted"]),
            "live",
        ),
        (
            "whk_2",
            "Audit trail",
            format!("{base_url}/hooks/broken-audit"),
            json!(["api-key.updated", "access-key.updated"]),
            "live",
        ),
        (
            "whk_3",
            "Chat notices",
            "https://hooks.acme.example/keys".to_owned(),
            json!(["api-key.first-used"]),
            "paused",
        ),
    ] {
        store.webhooks.insert(audited(json!({
            "id": id,
            "name": name,
            "url": url,
            "topics": topics,
            "httpMethod": "POST",
            "accountId": HOME_ACCOUNT,
            "projectId": "prj_4411",
            "customHeaders": { "x-acme-source": "auth-api" },
            "status": status,
        })));
    }
}

fn people(store: &mut Store) {
    for (id, name, email) in [
        ("usr_1", "Ada Marlow", "ada@acme.example"),
        ("usr_2", "Ben Ortiz", "ben@acme.example"),
        ("usr_3", "Chloe Park", "chloe@acme.example"),
        ("usr_4", "Dev Rao", "dev@globex.example"),
    ] {
        let user = json!({ "id": id, "name": name, "email": email });
        store.users.insert(record(user));
    }
    for (id, user, role, account, project) in [
        ("rol_1", "usr_1", "owner", HOME_ACCOUNT, None),
        ("rol_2", "usr_2", "admin", HOME_ACCOUNT, None),
        ("rol_3", "usr_3", "member", HOME_ACCOUNT, Some("prj_4411")),
        ("rol_4", "usr_4", "owner", "acc_5150", None),
    ] {
        store.roles.insert(record(json!({
            "id": id, "userId": user, "role": role, "accountId": account, "projectId": project,
        })));
    }
    let (mobile, checkout) = (json!(["prj_112"]), json!(["prj_4411"]));
    for (id, name, role, projects, status) in [
        ("inv_1", "eve", "viewer", mobile, "pending"),
        ("inv_2", "chloe", "member", checkout, "accepted"),
        ("inv_3", "frank", "admin", json!([]), "cancelled"),
        ("inv_4", "grace", "admin", json!([]), "pending"),
    ] {
        store.invitations.insert(record(json!({
            "id": id,
            "email": format!("{name}@acme.example"),
            "role": role,
            "accountId": HOME_ACCOUNT,
            "projectIds": projects,
            "status": status,
            "createdAt": FOUNDED,
        })));
    }
}

/// Adds the audit fields to the fields of a record.
fn audited(fields: Value) -> Record {
    let mut audited = record(json!({
        "isActive": true,
        "createdBy": "usr_1",
        "createdByType": "USER",
        "createdIn": null,
        "lastChangedBy": null,
        "lastChangedByType": null,
        "createdAt": FOUNDED,
        "updatedAt": FOUNDED,
    }));
    audited.extend(record(fields));
    audited
}
