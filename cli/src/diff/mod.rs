//! `toolsmith diff`: what a change of a catalog does to programs.

mod accept;
mod advice;
mod annotations;
mod describe;
mod group;
mod locate;
mod markdown;
mod result;
mod sarif;
mod text;
mod words;
