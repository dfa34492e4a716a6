//! Totals are always grouped.

use generated::the_auth_api::ListAnalyticsApiKeyTotals;

fn main() {
    let _ = ListAnalyticsApiKeyTotals::new("prj_4411");
}
