//! Classes of characters.

/// A class of characters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Class {
    /// Matches the characters that are not listed.
    pub(crate) is_negated: bool,
    /// The ranges in the order of the pattern.
    pub(crate) ranges: Vec<Range>,
}

/// The first and the last character of a range.
pub(crate) type Range = (char, char);

/// The digits that `\d` matches.
pub(crate) const DIGITS: &[Range] = &[('0', '9')];

/// The characters that `\w` matches.
pub(crate) const WORDS: &[Range] = &[('A', 'Z'), ('a', 'z'), ('0', '9'), ('_', '_')];

/// The characters that `\s` matches.
pub(crate) const SPACES: &[Range] = &[
    ('\t', '\r'),
    (' ', ' '),
    ('\u{a0}', '\u{a0}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{2000}', '\u{200a}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{202f}', '\u{202f}'),
    ('\u{205f}', '\u{205f}'),
    ('\u{3000}', '\u{3000}'),
    ('\u{feff}', '\u{feff}'),
];

/// The line terminators, which `.` does not match.
pub(crate) const LINE_ENDS: &[Range] = &[('\n', '\n'), ('\r', '\r'), ('\u{2028}', '\u{2029}')];

impl Class {
    /// Returns the class of all characters outside these ranges.
    pub(crate) fn outside(ranges: &[Range]) -> Self {
        Self {
            is_negated: true,
            ranges: ranges.to_vec(),
        }
    }

    /// Returns the class of everything that `self` or one of `negated` matches. Each of `negated` is
    /// a list of ranges that an escape such as `\W` excludes.
    pub(crate) fn with_negated(self, negated: &[&[Range]]) -> Self {
        let Some((first, others)) = negated.split_first() else {
            return self;
        };
        // The characters that are missing from all of them: those that each escape excludes.
        let mut missing = first.to_vec();
        for ranges in others {
            missing = intersect(&missing, ranges);
        }
        for range in &self.ranges {
            missing = missing
                .into_iter()
                .flat_map(|whole| subtract(whole, *range))
                .collect();
        }
        Self {
            is_negated: !self.is_negated,
            ranges: missing,
        }
    }
}

fn intersect(left: &[Range], right: &[Range]) -> Vec<Range> {
    let mut common = Vec::new();
    for one in left {
        for other in right {
            let range = (one.0.max(other.0), one.1.min(other.1));
            common.extend((range.0 <= range.1).then_some(range));
        }
    }
    common
}

fn subtract(whole: Range, part: Range) -> Vec<Range> {
    if part.1 < whole.0 || whole.1 < part.0 {
        return vec![whole];
    }
    let mut rest = Vec::new();
    if let Some(end) = previous(part.0).filter(|end| whole.0 <= *end) {
        rest.push((whole.0, end));
    }
    if let Some(start) = next(part.1).filter(|start| *start <= whole.1) {
        rest.push((start, whole.1));
    }
    rest
}

fn previous(letter: char) -> Option<char> {
    match letter {
        '\u{e000}' => Some('\u{d7ff}'),
        letter => char::from_u32(u32::from(letter).checked_sub(1)?),
    }
}

fn next(letter: char) -> Option<char> {
    match letter {
        '\u{d7ff}' => Some('\u{e000}'),
        letter => char::from_u32(u32::from(letter).checked_add(1)?),
    }
}
