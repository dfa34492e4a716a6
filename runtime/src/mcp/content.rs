//! The content of a result.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use crate::codec::Json;

/// One part of a result.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// Text.
    Text(String),
    /// An image.
    Image {
        /// The bytes of the image.
        data: Bytes,
        /// Its media type: `image/png`.
        mime_type: String,
    },
    /// Audio.
    Audio {
        /// The bytes of the audio.
        data: Bytes,
        /// Its media type: `audio/wav`.
        mime_type: String,
    },
    /// A resource of the server with its contents.
    Resource(Resource),
    /// A link to a resource of the server.
    ResourceLink(Resource),
    /// Content of an unknown kind, unchanged.
    Other(Json),
}

/// A resource of a server.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Resource {
    /// The URI of the resource.
    pub uri: String,
    /// Its name, if known.
    pub name: Option<String>,
    /// Its description, if known.
    pub description: Option<String>,
    /// Its media type, if known.
    pub mime_type: Option<String>,
    /// Its contents, if they are text.
    pub text: Option<String>,
    /// Its contents, if they are binary.
    pub blob: Option<Bytes>,
}

impl Content {
    /// Returns the text, if this is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Reads the content of a result: a list of blocks. Some servers write one block, or a string.
    pub(super) fn read_all(content: Option<Json>) -> Vec<Self> {
        match content {
            None | Some(Json::Null) => Vec::new(),
            Some(Json::Array(blocks)) => blocks.into_iter().map(Self::read).collect(),
            Some(block) => vec![Self::read(block)],
        }
    }

    /// Parses content in the format of the protocol. A string is text; other JSON is kept unchanged.
    fn read(json: Json) -> Self {
        match json {
            Json::String(text) => Self::Text(text),
            json => Self::try_read(&json).unwrap_or(Self::Other(json)),
        }
    }

    fn try_read(json: &Json) -> Option<Self> {
        let text = |key: &str| json.get(key)?.as_str().map(str::to_owned);
        let data = || bytes(json.get("data")?);
        match json.get("type")?.as_str()? {
            "text" => Some(Self::Text(text("text")?)),
            "image" => Some(Self::Image {
                data: data()?,
                mime_type: text("mimeType")?,
            }),
            "audio" => Some(Self::Audio {
                data: data()?,
                mime_type: text("mimeType")?,
            }),
            "resource" => Some(Self::Resource(Resource::read(json.get("resource")?)?)),
            "resource_link" => Some(Self::ResourceLink(Resource::read(json)?)),
            _ => None,
        }
    }
}

impl Resource {
    fn read(json: &Json) -> Option<Self> {
        let text = |key: &str| json.get(key)?.as_str().map(str::to_owned);
        Some(Self {
            uri: text("uri")?,
            name: text("name"),
            description: text("description"),
            mime_type: text("mimeType"),
            text: text("text"),
            blob: json.get("blob").and_then(bytes),
        })
    }
}

/// Decodes base64.
fn bytes(json: &Json) -> Option<Bytes> {
    STANDARD.decode(json.as_str()?).ok().map(Bytes::from)
}
