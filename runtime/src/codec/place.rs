//! The place of a walk: the names and indices on the way to it.

use std::borrow::Cow;

use toolsmith_dialect::json_pointer;

/// The number of steps that need no separate memory, which is enough for most values.
const FEW: usize = 4;

/// One step of a place.
#[derive(Debug)]
pub(super) enum Step {
    Name(Cow<'static, str>),
    Index(usize),
}

/// The place of a walk.
#[derive(Debug, Default)]
pub(super) struct Place {
    first: [Option<Step>; FEW],
    others: Vec<Step>,
    length: usize,
}

impl Place {
    pub(super) fn push(&mut self, step: Step) {
        match self.first.get_mut(self.length) {
            Some(place) => *place = Some(step),
            None => self.others.push(step),
        }
        self.length += 1;
    }

    pub(super) fn pop(&mut self) {
        self.truncate(self.length.saturating_sub(1));
    }

    /// Returns the number of steps.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Goes back to the place with this number of steps.
    pub(super) fn truncate(&mut self, length: usize) {
        while self.length > length {
            self.length -= 1;
            match self.first.get_mut(self.length) {
                Some(place) => *place = None,
                None => drop(self.others.pop()),
            }
        }
    }

    /// Returns the steps.
    pub(super) fn steps(&self) -> impl Iterator<Item = &Step> {
        self.first.iter().flatten().chain(&self.others)
    }

    /// Returns the place as a JSON pointer (RFC 6901).
    pub(super) fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in self.steps() {
            match step {
                Step::Name(name) => json_pointer::push(&mut pointer, name),
                Step::Index(index) => json_pointer::push(&mut pointer, &index.to_string()),
            }
        }
        pointer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_deeper_and_back() {
        let mut place = Place::default();
        for index in 0..2 * FEW {
            place.push(Step::Index(index));
        }
        assert_eq!(place.pointer(), "/0/1/2/3/4/5/6/7");
        place.pop();
        assert_eq!(place.pointer(), "/0/1/2/3/4/5/6");
        place.truncate(2);
        place.push(Step::Name("a/b".into()));
        assert_eq!((place.pointer().as_str(), place.len()), ("/0/1/a~1b", 3));
        place.truncate(5);
        assert_eq!(place.len(), 3);
    }
}
