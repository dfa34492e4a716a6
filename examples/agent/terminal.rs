//! The terminal: what the model says and does, and the questions to the person.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use examples::model::ToolCall;
use serde_json::Value;
use toolsmith_runtime::Effect;
use toolsmith_runtime::agent::{Approval, ApprovalRequest, Reply, ReplyOutcome};

/// Prints the text of the model as it arrives.
#[derive(Default)]
pub(crate) struct Printer {
    has_begun: bool,
}

impl Printer {
    pub(crate) fn print(&mut self, piece: &str) {
        if !self.has_begun {
            print!("  model: ");
            self.has_begun = true;
        }
        print!("{piece}");
        // The text is also printed without this, only later.
        let _late = io::stdout().flush();
    }

    pub(crate) fn end(&self) {
        if self.has_begun {
            println!();
        }
    }
}

/// Prints the outcome of a call.
pub(crate) fn print_reply(call: &ToolCall, reply: &Reply) {
    let id = &call.id;
    match reply.outcome() {
        ReplyOutcome::Succeeded(_) if reply.is_repeated() => {
            println!("    ✓ {id}: made before under this identifier");
        }
        ReplyOutcome::Succeeded(answer) => println!("    ✓ {id}: {}", summary(answer)),
        // The first line of the reply has the number of problems.
        ReplyOutcome::Refused(refusal) => {
            for fault in &refusal.faults {
                println!("    ✗ {id}: {fault}");
            }
        }
        _ => println!("    ✗ {id}: {}", reply.text()),
    }
}

/// Returns the number and the identifiers of the records of a response.
fn summary(answer: &Value) -> String {
    let id = |record: &Value| Some(record.get("id")?.as_str()?.to_owned());
    let Some(records) = answer.get("result").and_then(Value::as_array) else {
        return id(answer).unwrap_or("done".to_owned());
    };
    let ids: Vec<String> = records.iter().filter_map(id).collect();
    match (records.len(), ids.len()) {
        (1, 1) => format!("1 record: {}", ids.join("")),
        (count @ 2..=5, known) if count == known => format!("{count} records: {}", ids.join(", ")),
        (count, _) => format!("{count} records"),
    }
}

/// Is held while a person is asked.
static ASKING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Asks the person at the terminal. Without a terminal the approval is denied; with made-up data it is
/// granted.
pub(crate) async fn ask(question: ApprovalRequest) -> Approval {
    let does = match question.tool.effect {
        Effect::Destroys => "destroys something permanently",
        _ => "changes something",
    };
    // One question at a time, also when several calls are made at the same time.
    let _turn = ASKING.lock().await;
    print!("    ? {} {does}. Go on? [y/N] ", question.tool.title);
    let by = "the person at the terminal".to_owned();
    if !examples::has_token() {
        println!("y (made-up data)");
        return Approval::granted(by);
    }
    let answer = tokio::task::spawn_blocking(read_answer).await;
    match answer.ok().and_then(Result::ok) {
        Some(answer) if ["y", "yes"].contains(&answer.trim()) => Approval::granted(by),
        _ => Approval::declined(by, ""),
    }
}

fn read_answer() -> io::Result<String> {
    io::stdout().flush()?;
    let mut answer = String::new();
    if io::stdin().is_terminal() {
        io::stdin().lock().read_line(&mut answer)?;
    }
    Ok(answer)
}
