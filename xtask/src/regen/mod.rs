//! `regen`: from catalogs to the generated crate, or a look at what that would change.

mod catalogs;
mod diff;
mod facts;
mod features;
mod fetching;
mod summary;
mod tree;

use std::time::Instant;

use anyhow::{Context, Result};
use toolsmith_codegen::{GeneratedCrate, Options, generate};
use toolsmith_codegen::write::{Plan, plan};

use crate::config::Config;
use crate::environment::Environment;
use crate::screen::Screen;
use crate::status::Status;
use crate::workspace::{CRATE, Workspace};

pub(crate) use self::catalogs::{Loaded, load_snapshots, not_set};
pub(crate) use self::facts::LoosenedFacts;

use self::facts::Facts;

/// Where catalogs come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fetching {
    /// From their accounts where the variables are set, else from the snapshots.
    IfPossible,
    /// From the snapshots.
    Never,
    /// From their accounts.
    Always,
}

/// What is done with the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It is written.
    Write,
    /// It is compared with what is there.
    Check,
}

/// What is thought of places that `Json` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loosened {
    /// They are counted.
    Allowed,
    /// They are findings.
    Denied,
}

/// In what form the result is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// What `regen` was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// The catalogs to fetch; empty for all.
    pub(crate) catalogs: Vec<String>,
    /// Where they come from.
    pub(crate) fetching: Fetching,
    /// What is done with the result.
    pub(crate) mode: Mode,
    /// What is thought of loosened places.
    pub(crate) loosened: Loosened,
    /// In what form the result is shown.
    pub(crate) form: Form,
}

/// Runs the command.
///
/// # Errors
///
/// What kept it from its work; nothing was written then, or a file could not be.
pub(crate) fn run(
    request: &Request,
    workspace: &Workspace,
    environment: &Environment,
    screen: Screen,
) -> Result<Status> {
    let begun = Instant::now();
    let config = Config::load(workspace)?;
    let wanted = config.named(&request.catalogs)?;
    let sources = catalogs::Sources {
        workspace,
        environment,
        screen,
    };
    let loaded = catalogs::load(&config, &wanted, request, &sources)?;
    for loaded in &loaded {
        screen.remark(&loaded.remarks);
    }
    let inputs: Vec<_> = loaded.iter().map(|loaded| loaded.input.clone()).collect();
    let output = generate(&inputs, &Options::default())?;
    let plan = plan_all(workspace, &config, &loaded, &output)?;
    let denied = request.loosened == Loosened::Denied && has_loosened(&output);
    if request.mode == Mode::Write && !denied {
        plan.apply(&workspace.generated())
            .with_context(|| format!("cannot write {CRATE}/; run the command again"))?;
    }
    let facts = Facts::collect(request, &loaded, &output.reports, &plan, begun.elapsed());
    match request.form {
        Form::Json => screen.print_json(&facts)?,
        Form::Text => screen.print(&summary::render(&facts))?,
    }
    Ok(facts.status)
}

fn has_loosened(output: &GeneratedCrate) -> bool {
    output
        .reports
        .iter()
        .any(|report| report.loosened().next().is_some())
}

/// What has to be done to the generated crate, all of it at once.
fn plan_all(
    workspace: &Workspace,
    config: &Config,
    loaded: &[Loaded],
    output: &GeneratedCrate,
) -> Result<Plan> {
    let tree = tree::assemble(workspace, config, loaded, output)?;
    plan(&tree, &workspace.generated()).with_context(|| format!("cannot read {CRATE}/"))
}
