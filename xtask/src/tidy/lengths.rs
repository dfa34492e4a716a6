//! Lengths of files and functions. Generated files may be of any length.

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Block, ImplItemFn, ItemFn, ItemMod, Signature, TraitItemFn};

use super::finding::Finding;
use super::rules::{FILE_LINES, FUNCTION_LINES, HEADER};
use super::sources::{SourceFile, Sources, is_for_tests};

/// Checks every Rust file that was not generated.
pub(super) fn check(sources: &Sources, findings: &mut Vec<Finding>) {
    for (file, rust) in sources.rust() {
        if file.text.starts_with(HEADER) {
            continue;
        }
        let mut measure = Measure {
            file,
            test_lines: 0,
            findings,
        };
        measure.visit_file(rust);
        let lines = file.text.lines().count() - measure.test_lines;
        if lines > FILE_LINES {
            let message = format!("{lines} lines without test modules; the limit is {FILE_LINES}");
            findings.push(file.finding(1, message));
        }
    }
}

/// Measures the functions of a file, and the test modules inside it.
struct Measure<'a> {
    file: &'a SourceFile,
    test_lines: usize,
    findings: &'a mut Vec<Finding>,
}

impl Measure<'_> {
    fn measure(&mut self, signature: &Signature, body: &Block) {
        let first = body.brace_token.span.open().start().line;
        let last = body.brace_token.span.close().start().line;
        let inside = self.file.text.lines().skip(first);
        let inside = inside.take(last.saturating_sub(first + 1)).map(str::trim);
        let lines = inside
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
            .count();
        if lines > FUNCTION_LINES && !self.file.is_test {
            let message = format!(
                "function `{}` has {lines} lines; the limit is {FUNCTION_LINES}",
                signature.ident
            );
            let line = line_of(signature.fn_token.span);
            self.findings.push(self.file.finding(line, message));
        }
    }
}

impl Visit<'_> for Measure<'_> {
    fn visit_item_mod(&mut self, module: &ItemMod) {
        if !is_for_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        } else if let Some((braces, _)) = &module.content {
            let first = line_of(module.mod_token.span);
            let last = braces.span.close().start().line;
            self.test_lines += last.saturating_sub(first) + 1;
        }
    }

    fn visit_item_fn(&mut self, function: &ItemFn) {
        if !is_for_tests(&function.attrs) {
            self.measure(&function.sig, &function.block);
            visit::visit_item_fn(self, function);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &ImplItemFn) {
        self.measure(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &TraitItemFn) {
        if let Some(body) = &function.default {
            self.measure(&function.sig, body);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

fn line_of(span: Span) -> usize {
    span.start().line
}
