//! Tests that use a page as a person does. The output lists every click.

mod access;
mod find;
mod look;
mod size;
mod text;
mod views;

use toolsmith_browser_tests::Visit;

/// The rows of the list that are visible, as the text of their methods.
const SHOWN: &str = "[...document.querySelectorAll('#list li a')].filter(a => a.getClientRects().length).map(a => a.querySelector('.method').textContent)";

const COUNT: &str = "document.getElementById('count').textContent";

/// The text of the focused element.
const FOCUS: &str = "document.activeElement.textContent";

async fn count(visit: &Visit) -> String {
    visit.text(COUNT).await
}
