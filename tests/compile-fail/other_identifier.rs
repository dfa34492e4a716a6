//! An account's identifier where a project's belongs.

use generated::the_auth_api::{AccountId, DateGrouping, ListAnalyticsApiKeyTotals};

fn main() {
    let account = AccountId::from("acc_8923");
    let _ = ListAnalyticsApiKeyTotals::new(account, DateGrouping::Month);
}
