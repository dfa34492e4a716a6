//! What a tool answers with, piece by piece.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use crate::codec::Json;

/// One piece of an answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// Text.
    Text(String),
    /// An image.
    Image {
        /// The bytes of the image.
        data: Bytes,
        /// Its type: `image/png`.
        mime_type: String,
    },
    /// A sound.
    Audio {
        /// The bytes of the sound.
        data: Bytes,
        /// Its type: `audio/wav`.
        mime_type: String,
    },
    /// A resource of the server, with what is in it.
    Resource(Resource),
    /// A resource of the server, by its address alone.
    ResourceLink(Resource),
    /// A piece of a kind that is not known here, as it came.
    Other(Json),
}

/// A resource of a server.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Resource {
    /// The address, which the server understands.
    pub uri: String,
    /// Its name, if the server says.
    pub name: Option<String>,
    /// What it is for, if the server says.
    pub description: Option<String>,
    /// Its type, if the server says.
    pub mime_type: Option<String>,
    /// What is in it, if that is text.
    pub text: Option<String>,
    /// What is in it, if that is bytes.
    pub blob: Option<Bytes>,
}

impl Content {
    /// The text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A piece as the protocol writes it; what does not fit is kept as it came.
    pub(super) fn read(json: Json) -> Self {
        Self::try_read(&json).unwrap_or(Self::Other(json))
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

/// Bytes as the protocol writes them.
fn bytes(json: &Json) -> Option<Bytes> {
    STANDARD.decode(json.as_str()?).ok().map(Bytes::from)
}
