//! The request of a call on the wire, for people.

use toolsmith_codegen::options::CatalogKind;
use toolsmith_codegen::overview::{ArgumentLocation, ArgumentOverview, ToolOverview};
use toolsmith_codegen::report::ToolReport;

use super::content::{Wire, WireArgument, WireBody};

/// Describes the request of a tool.
pub(super) fn describe(kind: CatalogKind, report: &ToolReport, tool: &ToolOverview) -> Wire {
    let all = || tool.arguments.iter().map(argument).collect();
    match kind {
        CatalogKind::Truto => describe_http(report, &tool.arguments),
        CatalogKind::Mcp => Wire::Mcp { arguments: all() },
        CatalogKind::Functions => Wire::Function { arguments: all() },
    }
}

fn describe_http(report: &ToolReport, arguments: &[ArgumentOverview]) -> Wire {
    let method = match report.method.as_str() {
        "list" | "get" => "GET",
        "update" => "PATCH",
        "delete" => "DELETE",
        _ => "POST",
    };
    let has_body = matches!(method, "POST" | "PATCH");
    let mut path = format!("/proxy/{}", encode(&report.resource));
    if !matches!(
        report.method.as_str(),
        "list" | "get" | "create" | "update" | "delete"
    ) {
        path.push('/');
        path.push_str(&encode(&report.method));
    }
    if let Some(id) = arguments
        .iter()
        .find(|argument| argument.location.is_in_path())
    {
        path.extend(["/{", &id.name, "}"]);
    }
    let mut query = vec![WireArgument {
        name: "integrated_account_id".to_owned(),
        is_required: true,
    }];
    // A request without a body sends the arguments of the body in its query.
    let moves = |argument: &&ArgumentOverview| {
        argument.location.is_in_query()
            || (!has_body && argument.location.is_in_body() && !argument.location.is_in_path())
    };
    query.extend(arguments.iter().filter(moves).map(argument));
    Wire::Http {
        method,
        path,
        query,
        body: has_body.then(|| describe_body(arguments)),
    }
}

fn describe_body(arguments: &[ArgumentOverview]) -> WireBody {
    let is_whole = |argument: &&ArgumentOverview| argument.location == ArgumentLocation::WholeBody;
    if let Some(whole) = arguments.iter().find(is_whole) {
        return WireBody::Whole {
            name: whole.name.clone(),
        };
    }
    let inside = arguments
        .iter()
        .filter(|argument| argument.location.is_in_body());
    WireBody::Object {
        properties: inside.map(argument).collect(),
    }
}

fn argument(argument: &ArgumentOverview) -> WireArgument {
    WireArgument {
        name: argument.name.clone(),
        is_required: argument.is_required,
    }
}

/// Encodes a segment of a path as the runtime does.
fn encode(segment: &str) -> String {
    let encoded = segment.bytes().map(|byte| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    });
    encoded.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_everything_but_unreserved_characters() {
        assert_eq!(encode("a-b_c.d~e/f g\u{e9}"), "a-b_c.d~e%2Ff%20g%C3%A9");
    }
}
