//! The errors that programs tell apart.

use super::code::Code;
use crate::digest::lookup::Lookup;
use crate::options::CatalogSource;

/// Emits the section.
pub(super) fn emit_errors(lookup: &Lookup<'_>) -> String {
    let mut code = Code::new(lookup).runtime(["Error"]);
    let of_kind = match lookup.ctx.api.source {
        CatalogSource::Truto(_) => {
            "        // A user has to connect the account again.
        error if error.needs_reauthorization() => \"reconnect\".to_owned(),
        // The token of the client, or its account, is wrong.
        error if error.is_token_rejected() || error.is_account_not_found() => \"configure\".to_owned(),
        // The API has no record with an identifier in the arguments.
        error if error.is_record_not_found() => \"not found\".to_owned(),
        Error::RateLimited(_) => format!(\"try again in {:?}\", error.retry_after()),
        // The API refused the call for another reason.
        Error::Api(response) => {
            let body = &response.error_body;
            format!(\"{}: {:?} {:?}\", response.status, body.message, body.details)
        }
        // The response, or the list, does not match the catalog.
        Error::Decode(_) | Error::Incomplete(_) => error.to_string(),
        // No complete response. The call was carried out, or it may have been.
        error if error.may_have_taken_effect() => format!(\"look before you repeat it: {error}\"),
        // From here on, nothing was carried out.
        error if error.is_connect() => \"no connection\".to_owned(),
        error if error.is_draining() => \"the client is shutting down\".to_owned(),
        error if error.is_timeout() => \"too slow\".to_owned(),
        _ => format!(\"{error}; may succeed later: {}\", error.is_retryable()),
"
        }
        CatalogSource::Mcp(_) => {
            "        // The tool ran and reported a failure.
        Error::Tool(failure) => failure.message.clone(),
        // The server asks a person, and the client has no answer.
        Error::InputRequired(_) => \"a person has to answer\".to_owned(),
        // No complete response. The call was carried out, or it may have been.
        error if error.may_have_taken_effect() => format!(\"look before you repeat it: {error}\"),
        // From here on, nothing was carried out.
        error if error.is_connect() => \"no connection\".to_owned(),
        error if error.is_draining() => \"the client is shutting down\".to_owned(),
        error if error.is_timeout() => \"too slow\".to_owned(),
        _ => format!(\"{error}; may succeed later: {}\", error.is_retryable()),
"
        }
        CatalogSource::Functions => {
            "        // The handler returned an error.
        Error::Tool(failure) => failure.message.clone(),
        // The result does not match its schema.
        Error::Decode(_) => \"wrong result\".to_owned(),
        _ => error.to_string(),
"
        }
    };
    code.line(format!(
        "fn explain(error: &Error) -> String {{
    match error {{
        // Nothing was sent. One line for each invalid argument.
        Error::Arguments {{ source, .. }} => source.to_string(),
        // The client is `ReadOnly` or `ReadWrite`, and the tool was called by name.
        Error::AccessDenied {{ tool, .. }} => format!(\"{{tool}} is not allowed\"),
{of_kind}    }}
}}"
    ));
    format!("{}\n\n{}", introduction(lookup), code.render())
}

fn introduction(lookup: &Lookup<'_>) -> &'static str {
    match lookup.ctx.api.source {
        CatalogSource::Functions => {
            "`{error}` is one short text. `{error:?}` is long; an error that `main` returns is printed like this."
        }
        CatalogSource::Truto(_) | CatalogSource::Mcp(_) => {
            "`{error}` is one short text. `{error:?}` is long; an error that `main` returns is printed like this. A dropped call is cancelled without an error, and may have been carried out. `is_retryable()` means that the call may succeed later. Repeating it is safe if `may_have_taken_effect()` is false."
        }
    }
}
