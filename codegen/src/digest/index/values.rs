//! Enums, points in time, unknown values and unknown fields.

use super::code::Code;
use super::sample::Sample;
use crate::digest::lookup::Lookup;
use crate::model::{Choice, TypeRef};
use crate::options::Enums;

/// Emits the section, or `None` if the catalog has neither an enum nor a record.
pub(super) fn emit_values(lookup: &Lookup<'_>, sample: &Sample<'_>) -> Option<String> {
    let mut code = Code::new(lookup);
    if let Some(choice) = sample.choice {
        emit_enum(&mut code, lookup, choice);
    }
    if has_date_time(lookup) {
        code = code
            .other(["std::time::Duration", "std::time::SystemTime"])
            .runtime(["DateTime"]);
        code.item(
            "/// `from` never fails: a call with text that is not a point in time is refused, `Error::Arguments`.
fn in_an_hour() -> DateTime {
    DateTime::from(SystemTime::now() + Duration::from_secs(3600)) // or from \"2026-01-31T12:00:00Z\"
}

/// `<` and `==` compare points in time.
fn is_past(time: &DateTime) -> Option<bool> {
    Some(time.to_system_time()? < SystemTime::now())
}",
        );
    }
    if !lookup.ctx.api.structs.is_empty() {
        code = code.runtime(["values::Extra"]);
        code.item(
            "/// `record.extra` holds the fields that the catalog does not list, and which of the listed ones were null.
fn unknown(extra: &Extra) {
    for (name, value) in extra.iter() {
        println!(\"{name}: {value}\");
    }
    println!(\"{:?} were null\", extra.nulls().collect::<Vec<_>>());
}",
        );
    }
    (!code.is_empty()).then(|| code.render())
}

fn emit_enum(code: &mut Code<'_, '_>, lookup: &Lookup<'_>, choice: &Choice) {
    let [first, second, ..] = choice.variants.as_slice() else {
        return;
    };
    let (first, second) = (&first.name, &second.name);
    let name = code.name(&choice.name);
    code.name_runtime("values::Choice");
    code.name_runtime("Open");
    code.item(format!(
        "/// Converts to and from the value on the wire. `VALUES` needs the trait `Choice` in scope; enums are `Copy`.
fn convert(word: &str) -> Option<{name}> {{
    for (variant, word) in {name}::VALUES {{
        println!(\"{{variant:?}} is {{word}}\");
    }}
    let value: {name} = word.parse().ok()?; // the error lists the words
    (value.to_string() == word).then_some(value)
}}

/// Records have `Open` enums, because servers add values; an argument takes the enum, as `known()` returns it.{}
fn compare(value: &Open<{name}>) -> Option<{name}> {{
    match value {{
        Open::Known({name}::{first}) => println!(\"{{value}}\"),
        Open::Known(other) => println!(\"{{other}}; is {{}}\", *value == {name}::{second}),
        Open::Unknown(word) => println!(\"unknown: {{word}}\"),
    }}
    value.known()
}}",
        openness(lookup),
    ));
}

/// Returns the sentence about a `match` on an enum that may get more values.
fn openness(lookup: &Lookup<'_>) -> &'static str {
    match lookup.ctx.enums {
        Enums::Open => " A `match` on the enum itself needs `_`.",
        Enums::Exhaustive => "",
    }
}

/// Returns `true` if an argument is a point in time.
fn has_date_time(lookup: &Lookup<'_>) -> bool {
    lookup.ctx.operations().any(|operation| {
        let mut fields = operation.request.fields.iter();
        fields.any(|field| field.ty == TypeRef::DateTime)
    })
}
