//! Prints the busiest days of a project as a Markdown table.
//!
//! ```text
//! cargo run -p examples --example usage_report [-- ACCOUNT_NAME PROJECT_NAME]
//! ```

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::env;
use std::error::Error;

use generated::the_auth_api::{
    Account, Client, DateGrouping, ListAccounts, ListAnalyticsProjectTotals, ListProjects, Project,
};

/// The number of days in the table.
const DAYS: usize = 10;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let account = arguments.next().unwrap_or("Acme".to_owned());
    let project = arguments.next().unwrap_or("Checkout".to_owned());

    let session = examples::connect()?;
    let account = find_account(&session.client, &account).await?;
    let project = find_project(&session.client, &account, &project).await?;
    print_report(&session.client, &account, &project).await
}

async fn find_account(client: &Client, name: &str) -> Result<Account, Box<dyn Error>> {
    let mut accounts = client.accounts().list(ListAccounts::new()).items();
    while let Some(account) = accounts.next().await {
        let account = account?;
        if account.name == name {
            return Ok(account);
        }
    }
    Err(format!("no account is called `{name}`").into())
}

async fn find_project(
    client: &Client,
    account: &Account,
    name: &str,
) -> Result<Project, Box<dyn Error>> {
    let mut projects = client
        .projects()
        .list(ListProjects::new(&account.id))
        .items();
    while let Some(project) = projects.next().await {
        let project = project?;
        if project.name == name {
            return Ok(project);
        }
    }
    Err(format!("account `{}` has no project called `{name}`", account.name).into())
}

async fn print_report(
    client: &Client,
    account: &Account,
    project: &Project,
) -> Result<(), Box<dyn Error>> {
    let by_day = ListAnalyticsProjectTotals::new(&project.id, DateGrouping::Day);
    let mut days = client
        .analytics_project_totals()
        .list(by_day)
        .collect(10_000)
        .await?
        .items;
    days.sort_by(|left, right| {
        right
            .total
            .cmp(&left.total)
            .then(left.date.cmp(&right.date))
    });
    let sum: u64 = days.iter().map(|day| day.total).sum();
    let busiest = days.first().map_or(1, |day| day.total.max(1));

    println!("## {} / {}: busiest days\n", account.name, project.name);
    println!("| day        | requests |  share |            |");
    println!("|:-----------|---------:|-------:|:-----------|");
    for day in days.iter().take(DAYS) {
        let share = percent(day.total, sum);
        let bar = bar(day.total, busiest);
        println!(
            "| {} | {:>8} | {share:>6} | {bar:<10} |",
            day.date,
            thousands(day.total)
        );
    }
    println!("\n{} requests on {} days.", thousands(sum), days.len());
    Ok(())
}

/// Formats a share: `12.5 %`.
fn percent(part: u64, whole: u64) -> String {
    let per_mille = (part * 1000).checked_div(whole).unwrap_or(0);
    format!("{}.{} %", per_mille / 10, per_mille % 10)
}

/// Draws a bar of up to ten blocks.
fn bar(part: u64, most: u64) -> String {
    let blocks = (part * 10).div_ceil(most);
    (0..blocks).map(|_| '█').collect()
}

/// Formats a number: `12,345`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
