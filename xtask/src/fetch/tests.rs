//! The fetch against servers of a few lines, each with one thing wrong.
