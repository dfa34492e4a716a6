//! Small catalogs and the code generated from each; each catalog shows one idea.
//!
//! The program `golden_compiled` compiles the files that are compared here.

mod compare;
mod digest;
mod readme;
