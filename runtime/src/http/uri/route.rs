//! The forms of a request.

use http::Method;

/// The forms of a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Route {
    List,
    Get,
    Create,
    Update,
    Delete,
    Custom,
}

impl Route {
    pub(super) fn of(method: &str) -> Self {
        match method {
            "list" => Self::List,
            "get" => Self::Get,
            "create" => Self::Create,
            "update" => Self::Update,
            "delete" => Self::Delete,
            _ => Self::Custom,
        }
    }

    pub(super) fn method(self) -> Method {
        match self {
            Self::List | Self::Get => Method::GET,
            Self::Create | Self::Custom => Method::POST,
            Self::Update => Method::PATCH,
            Self::Delete => Method::DELETE,
        }
    }

    pub(super) fn has_body(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Custom)
    }

    pub(super) fn acts_on_one(self) -> bool {
        matches!(self, Self::Get | Self::Update | Self::Delete)
    }
}
