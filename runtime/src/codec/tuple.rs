//! The codec of tuples: arrays of a fixed length, each element with its own type.

use super::{Json, Value, Walk};

macro_rules! tuple {
    ($length:literal, $expected:literal: $($name:ident $index:tt),*) => {
        impl<$($name: Value),*> Value for ($($name,)*) {
            fn blank() -> Self {
                ($($name::blank(),)*)
            }

            fn encode(&mut self, walk: &mut Walk) -> Option<Json> {
                Some(Json::Array(vec![$(
                    walk.element($index, |walk| self.$index.encode(walk)).unwrap_or(Json::Null)
                ),*]))
            }

            fn decode(&mut self, json: Json, walk: &mut Walk) {
                match json {
                    Json::Array(elements) if elements.len() == $length => {
                        let mut elements = elements.into_iter();
                        $(if let Some(element) = elements.next() {
                            walk.element($index, |walk| self.$index.decode(element, walk));
                        })*
                    }
                    other => walk.report_type($expected, &other),
                }
            }
        }
    };
}

tuple!(1, "an array of 1 element": A 0);
tuple!(2, "an array of 2 elements": A 0, B 1);
tuple!(3, "an array of 3 elements": A 0, B 1, C 2);
tuple!(4, "an array of 4 elements": A 0, B 1, C 2, D 3);
tuple!(5, "an array of 5 elements": A 0, B 1, C 2, D 3, E 4);
tuple!(6, "an array of 6 elements": A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(7, "an array of 7 elements": A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(8, "an array of 8 elements": A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
