//! Tests of whole calls, on a small catalog written as the generator would write it.

mod shop;
