//! Conversions, comparisons and examples that save a program some lines.

use std::time::Duration;

use super::shop::{Client, Env, ListProjects, Project, ProjectId};
use crate::transport::HttpTransport;
use crate::{Effect, Open, values::Example, values::Maybe};

#[test]
fn optional_arguments_are_set_from_options() {
    let request = |limit: Option<u64>, cursor: Option<&str>| {
        let request = ListProjects::new("acc_1").maybe(limit, ListProjects::limit);
        request.maybe(cursor, ListProjects::next_cursor)
    };
    assert_eq!(request(None, None), ListProjects::new("acc_1"));
    let all = ListProjects::new("acc_1").limit(5).next_cursor("c2");
    assert_eq!(request(Some(5), Some("c2")), all);
}

#[test]
fn identifiers_and_enums_are_strings_where_a_program_wants_them() {
    let id = ProjectId::from("prj_1");
    assert!(id == "prj_1" && id == *"prj_1");
    let text = "prj_1".to_owned();
    assert!(id == text);
    assert_eq!(ProjectId::from(&text), id);
    assert_eq!(ListProjects::new(&text), ListProjects::new("prj_1"));
    assert_eq!(String::from(id), "prj_1");
    assert!(Env::Live == "live" && Env::Live == *"live" && Env::Live != "test");
    assert_eq!("live".parse(), Ok(Env::Live));
    let error = "Live".parse::<Env>().unwrap_err().to_string();
    assert!(error.contains("did you mean \"live\"?"), "{error}");
    assert!(Open::Known(Env::Live) == "live");
    assert!(Open::<Env>::Unknown("new".to_owned()) == *"new");
    for effect in [Effect::Reads, Effect::Writes, Effect::Destroys] {
        assert_eq!(effect.to_string().parse(), Ok(effect));
    }
    let error = "read".parse::<Effect>().unwrap_err().to_string();
    assert!(error.contains("`reads`, `writes` or `destroys`"), "{error}");
}

#[test]
fn an_example_has_every_required_field() {
    let mut project = Project::example();
    assert_eq!((project.id.as_str(), project.name.as_str()), ("id", "name"));
    assert_eq!(project.env, None);
    project.name = "Billing".to_owned();
    assert_eq!(serde_json::to_value(&project).unwrap()["name"], "Billing");
}

#[tokio::test]
async fn an_own_http_client_needs_no_tls_provider_first() {
    let http = HttpTransport::client_builder()
        .timeout(Duration::from_secs(5))
        .build()
        .unwrap();
    let client: Result<Client, _> = Client::builder()
        .token("t")
        .account("a")
        .http_client(http)
        .build();
    assert!(client.is_ok());
    assert!(crate::transport::reqwest::Client::builder().build().is_ok());
    assert!(crate::transport::rustls::crypto::CryptoProvider::get_default().is_some());
}
