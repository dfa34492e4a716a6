//! A grouping is not a date.

use generated::runtime::DateTime;
use generated::the_auth_api::ListAnalyticsApiKeyTotals;

fn main() {
    let since = DateTime::from("2026-06-01T00:00:00Z");
    let _ = ListAnalyticsApiKeyTotals::new("prj_4411", since);
}
