//! Random texts that resemble responses: mostly valid, sometimes not.

/// Random bytes as decisions. After the last byte, every decision is the simplest one, so that
/// fewer and smaller bytes make a simpler text.
pub(super) struct TextSource(std::vec::IntoIter<u8>);

impl TextSource {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes.into_iter())
    }

    fn below(&mut self, end: usize) -> usize {
        self.0.next().map_or(0, |byte| usize::from(byte) % end)
    }

    fn is_one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    fn pick<'t>(&mut self, among: &[&'t str]) -> &'t str {
        among[self.below(among.len())]
    }

    /// The members of a list or an object.
    fn members(&mut self, mut member: impl FnMut(&mut Self) -> String) -> Vec<String> {
        let mut members = Vec::new();
        while members.len() < 8 && self.below(4) > 0 {
            members.push(member(self));
        }
        members
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Integer,
    Number,
    Flag,
    Env,
    Level,
    Mixed,
    Texts,
    Integers,
    Parts,
    Thing,
    Labels,
    Pair,
    Either,
    Any,
}

const FIELDS: [(&str, Kind); 20] = [
    ("id", Kind::Text),
    ("name", Kind::Text),
    ("closed", Kind::Text),
    ("count", Kind::Integer),
    ("size", Kind::Integer),
    ("price", Kind::Number),
    ("isLive", Kind::Flag),
    ("env", Kind::Env),
    ("level", Kind::Level),
    ("mixed", Kind::Mixed),
    ("due", Kind::Text),
    ("tags", Kind::Texts),
    ("counts", Kind::Integers),
    ("parts", Kind::Parts),
    ("parent", Kind::Thing),
    ("any", Kind::Any),
    ("labels", Kind::Labels),
    ("pair", Kind::Pair),
    ("either", Kind::Either),
    ("new", Kind::Any),
];

const TEXTS: [&str; 10] = [
    r#""""#,
    r#""a""#,
    r#""2026-06-23T10:00:00Z""#,
    r#""\u00e9\n\"""#,
    r#""é🦀""#,
    r#""\ud83e\udd80""#,
    r#""\u0000""#,
    r#""\ud800""#,
    r#""\x""#,
    "\"line\nbreak\"",
];

const NUMBERS: [&str; 18] = [
    "0",
    "1",
    "9",
    "-7",
    "5.0",
    "-0",
    "0.5",
    "1e2",
    "-1.5e-3",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "123456789012345678901234567890",
    "1e400",
    "01",
];

/// A response with one record.
pub(super) fn record_text(source: &mut TextSource) -> Vec<u8> {
    let text = thing(source);
    spoilt(source, text)
}

/// A response with a page of records.
pub(super) fn page_text(source: &mut TextSource) -> Vec<u8> {
    let list = |source: &mut TextSource| format!("[{}]", source.members(thing).join(","));
    let text = match source.below(12) {
        10 => list(source),
        11 => any(source),
        _ => {
            let mut fields = vec![format!("\"result\":{}", list(source))];
            fields.extend(source.members(|source| {
                let name = source.pick(&[
                    "next_cursor",
                    "prev_cursor",
                    "result_count",
                    "is_partial_response",
                    "new",
                    "\\u0072esult",
                    "next\\u005fcursor",
                    "result",
                ]);
                let value = match source.below(8) {
                    0..4 => source.pick(&TEXTS).to_owned(),
                    4 => source.pick(&NUMBERS).to_owned(),
                    5 => source.pick(&["null", "true", "[]"]).to_owned(),
                    6 => list(source),
                    _ => any(source),
                };
                format!("\"{name}\":{value}")
            }));
            let first = source.below(fields.len());
            fields.rotate_left(first);
            format!("{{{}}}", fields.join(","))
        }
    };
    spoilt(source, text)
}

/// Sometimes adds text, truncates it, or inserts an invalid byte.
fn spoilt(source: &mut TextSource, text: String) -> Vec<u8> {
    let around = ["", " \r\n\t", "\u{feff}", "{}", "x", "\0"];
    let mut text = match source.below(30) {
        27 => format!("{}{text}", source.pick(&around)),
        28 | 29 => format!("{text}{}", source.pick(&around)),
        _ => text,
    }
    .into_bytes();
    let place = source.below(256) * text.len() / 256;
    match source.below(40) {
        38 => text.truncate(place),
        39 => text.insert(place, 0xff),
        _ => {}
    }
    text
}

fn thing(source: &mut TextSource) -> String {
    let mut fields = Vec::new();
    for (name, kind) in &FIELDS[..2] {
        if !source.is_one_in(40) {
            fields.push(field(source, name, *kind));
        }
    }
    fields.extend(source.members(|source| {
        // The first two are always present, and rarely twice.
        let index = if source.is_one_in(30) {
            source.below(2)
        } else {
            2 + source.below(FIELDS.len() - 2)
        };
        let (name, kind) = FIELDS[index];
        field(source, name, kind)
    }));
    let first = source.below(fields.len().max(1));
    fields.rotate_left(first);
    format!("{{{}}}", fields.join(","))
}

fn field(source: &mut TextSource, name: &str, kind: Kind) -> String {
    let name = match (source.is_one_in(20), name.chars().next()) {
        (true, Some(first)) => format!("\\u{:04x}{}", u32::from(first), &name[1..]),
        _ => name.to_owned(),
    };
    let space = if source.is_one_in(10) { " " } else { "" };
    format!("\"{name}\"{space}:{space}{}", value(source, kind))
}

fn value(source: &mut TextSource, kind: Kind) -> String {
    let odd = source.below(60);
    // Two thirds of the strings are those of a server.
    let sane = |texts: usize, source: &mut TextSource| {
        let is_sane = !source.is_one_in(12);
        if is_sane { texts } else { usize::MAX }
    };
    let list = |source: &mut TextSource, kind| {
        let members = source.members(|source| value(source, kind));
        format!("[{}]", members.join(","))
    };
    match kind {
        _ if odd == 58 => any(source),
        _ if odd >= 55 => "null".to_owned(),
        Kind::Text => {
            let end = sane(7, source).min(TEXTS.len());
            source.pick(&TEXTS[..end]).to_owned()
        }
        Kind::Integer => {
            let end = sane(4, source).min(NUMBERS.len());
            source.pick(&NUMBERS[..end]).to_owned()
        }
        Kind::Number => {
            let end = sane(16, source).min(NUMBERS.len());
            source.pick(&NUMBERS[..end]).to_owned()
        }
        Kind::Flag => source.pick(&["true", "false"]).to_owned(),
        Kind::Env => source
            .pick(&["\"live\"", "\"test\"", "\"ne\\u0077\"", "\"l\\u0069ve\""])
            .to_owned(),
        Kind::Level => source.pick(&["1", "9", "9.0", "5"]).to_owned(),
        Kind::Mixed => source
            .pick(&["0.5", "\"whole\"", "5e-1", "7", "[1]"])
            .to_owned(),
        Kind::Texts => list(source, Kind::Text),
        Kind::Integers => list(source, Kind::Integer),
        Kind::Parts => format!("[{}]", source.members(part).join(",")),
        Kind::Thing => thing(source),
        Kind::Labels => {
            let entry = |source: &mut TextSource| field(source, "key", Kind::Integer);
            format!("{{{}}}", source.members(entry).join(","))
        }
        Kind::Pair => format!(
            "[{},{}]",
            value(source, Kind::Text),
            value(source, Kind::Number)
        ),
        Kind::Either => match source.below(4) {
            0 => value(source, Kind::Text),
            1 => thing(source),
            2 => part(source),
            _ => format!("[{}]", source.members(thing).join(",")),
        },
        Kind::Any => any(source),
    }
}

fn part(source: &mut TextSource) -> String {
    let sku = field(source, "sku", Kind::Text);
    let kind = source.pick(&[
        "\"part\"",
        "\"part\"",
        "\"p\\u0061rt\"",
        "\"other\"",
        "null",
    ]);
    match source.below(3) {
        0 => format!("{{{sku},\"kind\":{kind}}}"),
        1 => format!("{{{sku},\"kind\":{kind},\"thing\":{}}}", thing(source)),
        _ => format!("{{{sku}}}"),
    }
}

/// Writes any value, sometimes deeper than a parser allows.
fn any(source: &mut TextSource) -> String {
    match source.below(8) {
        0 => "null".to_owned(),
        1 => source.pick(&TEXTS).to_owned(),
        2 => source.pick(&NUMBERS).to_owned(),
        3 => source.pick(&["true", "false", "", "nul"]).to_owned(),
        4 => thing(source),
        5 => {
            let depth = [3, 120, 126, 127, 128, 200][source.below(6)];
            let (open, close) = [("[", "]"), ("{\"parent\":", "}")][source.below(2)];
            format!("{}1{}", open.repeat(depth), close.repeat(depth))
        }
        6 => format!("[{}]", source.members(any).join(",")),
        _ => {
            let entry = |source: &mut TextSource| format!("\"id\":{}", any(source));
            format!("{{{}}}", source.members(entry).join(","))
        }
    }
}
