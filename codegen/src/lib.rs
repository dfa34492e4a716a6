//! Catalog in, files out.
