//! The features that a generated item needs.

use std::fmt::Write as _;

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::tokens::literal;

/// The width up to which rustfmt keeps the arguments of an attribute on one line.
const MAX_WIDTH: usize = 70;

/// The features of which at least one must be enabled. Without any, the item is always compiled.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Condition(Vec<String>);

impl Condition {
    /// No condition.
    pub(crate) const ALWAYS: Self = Self(Vec::new());

    /// Requires one of these features.
    pub(crate) fn any(features: impl IntoIterator<Item = String>) -> Self {
        Self(features.into_iter().collect())
    }

    /// Returns `true` if the condition always holds.
    pub(crate) fn is_always(&self) -> bool {
        self.0.is_empty()
    }

    /// Emits the attribute, for places inside of items.
    pub(crate) fn emit(&self) -> TokenStream {
        let features = self.0.iter().map(|feature| literal::text(feature));
        match self.0.as_slice() {
            [] => TokenStream::new(),
            [_] => quote!(#[cfg(#(feature = #features)*)]),
            _ => quote!(#[cfg(any(#(feature = #features),*))]),
        }
    }

    /// Appends the attribute as rustfmt prints it, with its line ends.
    pub(crate) fn render(&self, text: &mut String) {
        let features: Vec<String> = self
            .0
            .iter()
            .map(|feature| format!("feature = {}", literal::text(feature)))
            .collect();
        let line = features.join(", ");
        let _ = match features.as_slice() {
            [] => Ok(()),
            [feature] => writeln!(text, "#[cfg({feature})]"),
            _ if line.len() <= MAX_WIDTH => writeln!(text, "#[cfg(any({line}))]"),
            several => writeln!(text, "#[cfg(any(\n    {}\n))]", several.join(",\n    ")),
        };
    }
}
