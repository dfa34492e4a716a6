//! The request of a call on the wire, for people.

use toolsmith_codegen::options::CatalogKind;
use toolsmith_codegen::overview::{ArgumentLocation, ArgumentOverview, Route, ToolOverview};
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
    let route = Route::new(&report.resource, &report.method);
    let has_body = route.has_body();
    let Route {
        method, mut path, ..
    } = route;
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
