//! The ways to read a list.

use super::code::Code;
use super::sample::{Sample, SampleTool};
use crate::digest::lookup::Lookup;

/// Emits the section, or `None` if the catalog has no list.
pub(super) fn emit_lists(lookup: &Lookup<'_>, sample: &Sample<'_>) -> Option<String> {
    let list = sample.list?;
    let mut code = Code::new(lookup).client().runtime(["Error"]);
    let request = code.name(&list.operation.request.name);
    let method = list.method();
    code.line(format!(
        "async fn read<Access>(client: &Client<Access>, request: {request}) -> Result<(), Error> {{
    let list = || client.{method}(request.clone());
    let mut records = list().items(); // of all pages; continues after an `Err` for a record that does not match
    while let Some(record) = records.next().await {{
        println!(\"{{:?}}\", record?);
    }}
    let found = list().collect(1000).await?; // at most 1000; an error if a record does not match
    println!(\"{{}} records, all: {{}}\", found.items.len(), found.is_complete);
    let found = list().collect_lossy(1000).await?; // without the records that do not match
    println!(\"{{}} left out: {{:?}}\", found.rejected_count, found.rejected);
    let page = list().await?; // the first page
    println!(\"next: {{:?}}\", page.next_cursor);
    let records = page.complete()?; // an error if a record does not match; `for record in page` reads each as a `Result`
    Ok(())
}}"
    ));
    emit_setters(&mut code, lookup, list);
    Some(format!(
        "Nothing is sent before a list is awaited or read.\n\n{}",
        code.render()
    ))
}

/// Emits the setters that every list has, and the one way to call a setter with an `Option`.
fn emit_setters(code: &mut Code<'_, '_>, lookup: &Lookup<'_>, list: SampleTool<'_>) {
    let request = code.name(&list.operation.request.name);
    let setters = &lookup.list_setters;
    if setters.is_empty() {
        return;
    }
    let parameters: Vec<String> = setters
        .iter()
        .map(|field| format!("{}: Option<{}>", field.ident, field.ty))
        .collect();
    let calls: Vec<String> = setters
        .iter()
        .map(|field| {
            let name = &field.ident;
            format!("        .maybe({name}, {request}::{name})")
        })
        .collect();
    code.name_runtime("values::Maybe");
    code.line(format!(
        "
/// `maybe` calls a setter if there is a value. It needs the trait `Maybe` in scope.
fn page_of(request: {request}, {}) -> {request} {{
    request
{}
}}",
        parameters.join(", "),
        calls.join("\n"),
    ));
}
