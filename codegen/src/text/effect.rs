//! Texts that contradict the effect of their tool.

use std::sync::LazyLock;

use super::normalize::sentences;
use super::phrases::PhraseBook;
use crate::catalog::Tool;
use crate::effect::Effect;
use crate::report::{TextFinding, TextFindingKind};
use crate::source::shortened_to;

const MAX_EXCERPT: usize = 100;

static BOOK: LazyLock<PhraseBook> = LazyLock::new(|| {
    PhraseBook::parse(
        include_str!("phrases/effect.words.txt"),
        include_str!("phrases/effect.rules.txt"),
    )
});

/// Returns a text of a tool that says that it only reads, if the catalog or the overlay says that it
/// writes or destroys. An assumed effect is not contradicted.
pub(super) fn check(tool: &Tool) -> Option<TextFinding> {
    let effect = tool.overlay.effect.unwrap_or(tool.effect);
    let is_assumed = tool.is_effect_assumed && tool.overlay.effect.is_none();
    if effect == Effect::Reads || is_assumed {
        return None;
    }
    let title = tool.title.iter().map(|title| ("/title", title));
    let mut texts = title.chain([("/description", &tool.description)]);
    texts.find_map(|(pointer, text)| {
        let sentences = sentences(text);
        let unconditional = sentences
            .iter()
            .filter(|sentence| !BOOK.has(sentence, "condition"));
        let said = unconditional
            .into_iter()
            .find_map(|sentence| BOOK.find(sentence).pop());
        let excerpt = said.map(|phrase| phrase.excerpt).or_else(|| {
            // The first sentence says what a tool does.
            let first = sentences.first()?;
            let only_reads = BOOK.has(first, "weak")
                && !BOOK.has(first, "writes")
                && !BOOK.has(first, "condition");
            only_reads.then(|| first.clone())
        })?;
        Some(TextFinding {
            tool: tool.name.clone(),
            pointer: pointer.to_owned(),
            kind: TextFindingKind::ContradictsEffect,
            cause: format!("says that it only reads, but it {}", effect.as_str()),
            excerpt: shortened_to(&excerpt, MAX_EXCERPT),
        })
    })
}
