//! The options of the command line.

use std::error::Error;

use examples::model::Api;

const WISH: &str = "rotate the API key for custom user 'backend_service' in project 'prj_112'";

/// The options of the command line.
pub(crate) struct Options {
    pub(crate) api: Api,
    /// The maximum number of requests to the model.
    pub(crate) rounds: u64,
    /// The maximum number of calls of tools.
    pub(crate) calls: u64,
    /// The number of tokens at which the agent stops.
    pub(crate) tokens: u64,
    /// The file that gets the transcript.
    pub(crate) transcript: Option<String>,
    /// The request of the user.
    pub(crate) wish: String,
}

impl Options {
    pub(crate) fn read(
        mut arguments: impl Iterator<Item = String>,
    ) -> Result<Self, Box<dyn Error>> {
        let mut options = Self {
            api: Api::from_env(),
            rounds: 20,
            calls: 30,
            tokens: 500_000,
            transcript: None,
            wish: WISH.to_owned(),
        };
        while let Some(argument) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .ok_or_else(|| format!("{argument} needs a value"))
            };
            match argument.as_str() {
                "--api" => options.api = value()?.parse()?,
                "--rounds" => options.rounds = value()?.parse()?,
                "--calls" => options.calls = value()?.parse()?,
                "--tokens" => options.tokens = value()?.parse()?,
                "--transcript" => options.transcript = Some(value()?),
                option if option.starts_with("--") => {
                    let known = "--api, --rounds, --calls, --tokens and --transcript";
                    return Err(format!("there is no option {option}; there are {known}").into());
                }
                _ => options.wish = argument,
            }
        }
        Ok(options)
    }
}
