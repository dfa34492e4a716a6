//! The template of a path, which is the same for all calls of a tool.

use std::fmt;

use percent_encoding::utf8_percent_encode;

use super::RESERVED;
use super::route::Route;
use crate::tools::ToolSpec;

/// The template of the path of a tool's request: `/proxy/projects/{id}`.
#[derive(Clone, Copy)]
pub(crate) struct UrlTemplate<'a> {
    /// The path of the base URL.
    pub(super) base: &'a str,
    pub(super) spec: &'a ToolSpec,
}

impl fmt::Display for UrlTemplate<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { base, spec } = self;
        let resource = utf8_percent_encode(spec.resource, RESERVED);
        write!(formatter, "{base}/proxy/{resource}")?;
        let route = Route::of(spec.method);
        if let Route::Custom = route {
            write!(formatter, "/{}", utf8_percent_encode(spec.method, RESERVED))?;
        }
        if route.acts_on_one() || takes_identifier(spec) {
            formatter.write_str("/{id}")?;
        }
        Ok(())
    }
}

/// Returns `true` if an argument of the tool is in the path.
fn takes_identifier(spec: &ToolSpec) -> bool {
    use crate::codec::ArgumentLocation::{Path, PathAndBody};
    let mut fields = spec.shape.fields();
    fields.any(|field| matches!(field.location, Path | PathAndBody))
}

#[cfg(test)]
mod tests {
    use crate::http::{BaseUrl, PlainHttp};
    use crate::tests::tool;

    #[test]
    fn a_template_has_no_argument() {
        let base = BaseUrl::parse("https://api.test/v1/", PlainHttp::Loopback).unwrap();
        let template = |name| base.template(tool(name)).unwrap().to_string();
        let one = template("get_single_shop_project_by_id");
        assert_eq!(one, "/v1/proxy/projects/{id}");
        assert_eq!(template("create_a_shop_project"), "/v1/proxy/projects");
        assert_eq!((base.scheme(), base.port()), ("https", Some(443)));
    }
}
