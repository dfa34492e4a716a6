//! The judgement of each kind, and the table of all.

use toolsmith_codegen::diff::{ChangeKind, Grade};

use super::kinds::{Outcome, Proof};

/// Returns what the programs show, or an error if it is not what the grade says.
pub(crate) fn judge(proof: &Proof<'_>) -> Result<String, String> {
    let kind = proof.change.kind;
    let Some(old_after) = proof.old_after else {
        return match proof.change.grade {
            Grade::Compile => Ok("the caller stops compiling".to_owned()),
            grade => Err(format!("graded {grade}, and the caller stops compiling")),
        };
    };
    let is_same = proof.old_before == old_after;
    match proof.change.grade {
        Grade::Compile if proof.old_warns == [false, true] => {
            Ok("the caller breaks if it denies warnings".to_owned())
        }
        Grade::Compile => Err("graded compile, and the caller still compiles".to_owned()),
        _ if proof.old_warns[1] && !proof.old_warns[0] => {
            Err("a new warning about a deprecated item".to_owned())
        }
        Grade::Wire if is_same => Err("graded wire, and the caller does the same".to_owned()),
        Grade::Wire if proof.old_before.calls != old_after.calls => {
            Ok("the caller compiles and sends something else".to_owned())
        }
        Grade::Wire => Ok("the caller compiles and reads something else".to_owned()),
        Grade::Behaviour if !is_same => {
            Ok("the caller compiles and gets another result".to_owned())
        }
        Grade::Behaviour => match kind {
            ChangeKind::ArgDefaultChanged => {
                Ok("the default is documented and never sent".to_owned())
            }
            ChangeKind::ListSize => Ok("the caller does the same; models read more".to_owned()),
            _ => Err("graded behaviour, and the caller does the same".to_owned()),
        },
        Grade::Additive => judge_additive(proof, is_same),
        Grade::Docs if !is_same => {
            Err("graded docs, and the caller does something else".to_owned())
        }
        Grade::Docs if !proof.is_same_code => Err("graded docs, and the code changes".to_owned()),
        Grade::Docs => Ok("the code is the same".to_owned()),
    }
}

/// A caller of the newer crate needs it, and a caller of the older one does the same.
fn judge_additive(proof: &Proof<'_>, is_same: bool) -> Result<String, String> {
    let kind = proof.change.kind;
    if !is_same {
        return Err("graded additive, and the old caller does something else".to_owned());
    }
    let Some(new_before) = proof.new_before else {
        return Ok("both callers compile; the new one did not before".to_owned());
    };
    if new_before != proof.new_after {
        return Ok("both callers compile; the new one was refused before".to_owned());
    }
    match kind {
        ChangeKind::DefinitionRenamed if proof.is_same_code => {
            Ok("the lock keeps the name".to_owned())
        }
        ChangeKind::ToolUndeprecated if proof.old_warns == [true, false] => {
            Ok("the caller no longer breaks if it denies warnings".to_owned())
        }
        _ => Err("graded additive, and the new caller shows nothing new".to_owned()),
    }
}

/// A row of the table.
pub(crate) struct Row {
    cells: [String; 7],
}

impl Row {
    pub(crate) fn new(proof: &Proof<'_>, verdict: String) -> Self {
        let direction = proof.direction;
        let change = &proof.change;
        let review = if change.reviewed_text { ", R" } else { "" };
        let silent = if change.kind.is_silent() {
            ", silent"
        } else {
            ""
        };
        let new = direction.new.as_ref().map_or_else(String::new, |new| {
            let before = proof
                .new_before
                .map_or_else(|| "does not compile".to_owned(), describe);
            format!(
                "{}<br>before: {before}<br>after: {}",
                code(new),
                describe(proof.new_after)
            )
        });
        Self {
            cells: [
                change.kind.as_str().to_owned(),
                format!("{}{silent}{review}", change.grade),
                direction.catalog.clone(),
                code(&direction.old),
                describe(proof.old_before),
                proof
                    .old_after
                    .map_or_else(|| "does not compile".to_owned(), describe),
                if new.is_empty() {
                    verdict
                } else {
                    format!("{verdict}<br>{new}")
                },
            ],
        }
    }
}

fn describe(outcome: &Outcome) -> String {
    let calls = outcome.calls.iter().map(|call| code(call));
    let calls = calls.collect::<Vec<_>>().join(", ");
    let result = match &outcome.result {
        Ok(result) => code(result),
        Err(error) => format!(
            "refused: {}",
            code(error.lines().next().unwrap_or_default())
        ),
    };
    if calls.is_empty() {
        result
    } else {
        format!("{calls} gives {result}")
    }
}

fn code(text: &str) -> String {
    format!("`{}`", text.trim().replace('|', "\\|"))
}

const HEAD: &str = "\
# Kinds of change, proved by programs

Written by `every_kind_has_the_effect_of_its_grade` in `tests/it/changes/kinds.rs` from the pairs in
[`kinds.toml`](kinds.toml). `GOLDEN=overwrite cargo test --workspace --test it changes::kinds` writes it
again.

Each pair of catalogs is generated under one lock, as `regen` does. The caller of the older crate is
compiled and run against both crates, and so is a caller of the newer one, where it needs another. Each row
shows the calls that were sent, or the error, and the result. R marks changes of text that a model reads, or
of something that a policy relies on.

`list-size` has no mirror: a list that shrinks costs nothing. The kinds that look at text alone have no effect
in Rust and separate tests: `server-text-changed`, `text-hidden-characters`, `text-instructs`,
`text-contradicts-effect`, `name-confusable`.

| kind | grade | catalog | caller | before | after | result |
|---|---|---|---|---|---|---|
";

/// Returns the table.
pub(crate) fn render(rows: &[Row]) -> String {
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| format!("| {} |", row.cells.join(" | ")))
        .collect();
    lines.push(String::new());
    HEAD.to_owned() + &lines.join("\n")
}
