//! The same store over TLS, and in a cluster.

use std::time::Duration;

use generated::the_auth_api::CATALOG;
use serde_json::json;
use toolsmith_redis::{RedisStore, RedisStoreBuilder};
use toolsmith_runtime::Client;
use toolsmith_runtime::rate_limit::StoreState;
use toolsmith_testkit::fake_truto::FakeTruto;

use crate::authority::Authority;
use crate::server::StoreServer;

/// Makes a call for each of these accounts. Returns the state of the store after each one.
fn call(builder: RedisStoreBuilder, accounts: &[&str]) -> Vec<StoreState> {
    let truto = FakeTruto::start().unwrap();
    let client: Client = Client::builder(CATALOG)
        .base_url(truto.base_url())
        .token(truto.token())
        .account(truto.account_id())
        .rate_limit_store(builder.build().unwrap())
        .build()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut states = Vec::new();
        for account in accounts {
            let client = client.for_account(*account);
            // The fake server knows one account; the lanes of the others are used too.
            let _outcome = client
                .call_tool("list_all_the_auth_api_accounts", json!({}))
                .await;
            states.push(client.rate_limiter().status().store.unwrap());
        }
        states
    })
}

#[test]
fn certificates_of_a_private_authority_are_checked_on_both_sides() {
    let authority = Authority::new();
    let Some(store) = StoreServer::start_encrypted(&authority) else {
        return;
    };
    let url = format!("rediss://127.0.0.1:{}", store.port());
    let (certificate, key) = authority.issue();
    let known =
        |builder: RedisStoreBuilder| builder.client_certificate(certificate.as_str(), key.as_str());
    let shared = StoreState::Connected { processes: 1 };
    let builder = known(RedisStore::builder(&url)).root_certificates(authority.pem());
    let builder = builder.timeout(Duration::from_secs(5));
    assert_eq!(call(builder, &["acc"]), [shared]);
    // One side does not know the other, or the port speaks TLS alone.
    let refused = [
        known(RedisStore::builder(&url)),
        known(RedisStore::builder(&url)).root_certificates(Authority::new().pem()),
        RedisStore::builder(&url).root_certificates(authority.pem()),
        RedisStore::builder(format!("redis://127.0.0.1:{}", store.port())),
    ];
    for builder in refused {
        let states = call(builder, &["acc"]);
        assert!(
            matches!(states[..], [StoreState::Unreachable { .. }]),
            "{states:?}"
        );
    }
    let plain = RedisStore::builder("redis://localhost").root_certificates(authority.pem());
    let error = plain.build().err().unwrap().to_string();
    assert!(error.contains("`rediss://`"), "{error}");
}

#[cfg(feature = "cluster")]
#[test]
fn the_lanes_of_a_cluster_are_on_all_of_its_nodes() {
    let Some(nodes) = StoreServer::start_cluster() else {
        return;
    };
    let accounts: Vec<String> = (0..30).map(|number| format!("account {number}")).collect();
    let accounts: Vec<&str> = accounts.iter().map(String::as_str).collect();
    let states = call(RedisStore::builder(nodes[0].url()).cluster(), &accounts);
    let shared = StoreState::Connected { processes: 1 };
    assert!(states.iter().all(|state| *state == shared), "{states:?}");
    let sizes = nodes.each_ref().map(|node| node.command(&["DBSIZE"]));
    let count = |size: &String| {
        let digits: String = size.chars().filter(char::is_ascii_digit).collect();
        digits.parse::<usize>().unwrap()
    };
    let sizes = sizes.each_ref().map(count);
    // One lane of the token, and one of each account.
    assert_eq!(sizes.iter().sum::<usize>(), 31, "{sizes:?}");
    assert!(sizes.iter().all(|size| *size > 0), "{sizes:?}");
}
