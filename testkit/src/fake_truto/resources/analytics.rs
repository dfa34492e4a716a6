//! Totals of requests by API key and by project.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Arguments, Reply};
use crate::fake_truto::responses::Refusal;
use crate::fake_truto::store::Store;
use crate::fake_truto::usage::{Grouping, totals};

pub(super) fn api_key_totals(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let (project, grouping) = subject(store, arguments)?;
    let totals = totals(project, grouping).into_iter();
    let records = totals
        .map(|((date, api_key), total)| json!({ "apiKey": api_key, "date": date, "total": total }));
    Ok(Reply::List(records.collect()))
}

pub(super) fn project_totals(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let (project, grouping) = subject(store, arguments)?;
    let mut by_date = BTreeMap::<String, u64>::new();
    for ((date, _), total) in totals(project, grouping) {
        *by_date.entry(date).or_default() += total;
    }
    let records = by_date
        .into_iter()
        .map(|(date, total)| json!({ "projectId": project, "date": date, "total": total }));
    Ok(Reply::List(records.collect()))
}

/// Returns the project and the grouping of a request.
fn subject<'a>(store: &Store, arguments: &'a Arguments) -> Result<(&'a str, Grouping), Refusal> {
    let project = arguments.query_text("projectId").unwrap_or_default();
    store.projects.get(project)?;
    let grouping = arguments.query_text("dateGrouping").unwrap_or_default();
    let known = Grouping::parse(grouping).ok_or_else(|| {
        Refusal::unprocessable(format!(
            "dateGrouping: totals by {grouping:?} are not kept."
        ))
    })?;
    Ok((project, known))
}
