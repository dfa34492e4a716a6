//! The HTTP method and path of a tool's request.

/// The HTTP method and path of the requests of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// The HTTP method.
    pub method: &'static str,
    /// The path without the argument in it: `/proxy/api_keys`.
    pub path: String,
}

impl Route {
    /// Returns the route for a resource and a method of the catalog.
    #[must_use]
    pub fn new(resource: &str, method: &str) -> Self {
        let mut path = format!("/proxy/{}", encode(resource));
        let http = match method {
            "list" | "get" => "GET",
            "create" => "POST",
            "update" => "PATCH",
            "delete" => "DELETE",
            custom => {
                path.push('/');
                path.push_str(&encode(custom));
                "POST"
            }
        };
        Self { method: http, path }
    }

    /// Returns `true` if the request has a body. Without one, the arguments of the body are in the query.
    #[must_use]
    pub fn has_body(&self) -> bool {
        matches!(self.method, "POST" | "PATCH")
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

    #[test]
    fn follows_from_the_method_of_the_catalog() {
        for (method, expected) in [
            ("get", "GET /proxy/api%20keys"),
            ("update", "PATCH /proxy/api%20keys"),
            ("delete", "DELETE /proxy/api%20keys"),
            ("rotate", "POST /proxy/api%20keys/rotate"),
        ] {
            let route = Route::new("api keys", method);
            assert_eq!(format!("{} {}", route.method, route.path), expected);
        }
    }
}
