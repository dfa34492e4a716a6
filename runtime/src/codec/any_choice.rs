//! Every enum as one of any type.

use super::choice::{choice_container, decode_choice, encode_choice};
use super::value::AnyChoice;
use super::{Choice, Container, Json, Walk};

impl<T: Choice> AnyChoice for T {
    fn encode(&self) -> Option<Json> {
        encode_choice(*self)
    }

    fn decode(&mut self, json: &Json, walk: &mut Walk) {
        decode_choice(self, json, walk);
    }

    fn container<'a>(&self) -> Container<'a> {
        choice_container::<T>()
    }
}
