//! Reports the requests of each API key of a project in each month.

use std::collections::BTreeMap;

use generated::runtime::Error;
use generated::the_auth_api::{Client, DateGrouping, ListAnalyticsApiKeyTotals, ProjectId};

async fn totals(client: &Client, project: &ProjectId) -> Result<BTreeMap<String, u64>, Error> {
    let request = ListAnalyticsApiKeyTotals::new(project, DateGrouping::Month);
    let mut totals = BTreeMap::new();
    let mut records = client.analytics_api_key_totals().list(request).items();
    while let Some(record) = records.next().await {
        let record = record?;
        *totals.entry(record.date.to_string()).or_default() += record.total;
    }
    Ok(totals)
}

#[tokio::test]
async fn adds_up_the_months() {
    let (_server, client) = crate::connect();
    let totals = totals(&client, &ProjectId::from("prj_4411")).await.unwrap();
    assert!(
        totals.len() > 1 && totals.values().all(|total| *total > 0),
        "{totals:?}"
    );
    assert!(
        totals.keys().all(|month| month.ends_with("-01")),
        "{totals:?}"
    );
}
