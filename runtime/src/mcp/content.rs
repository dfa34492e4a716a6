//! The content of a result.

use std::borrow::Cow;

use base64::alphabet;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;

use crate::codec::Json;

/// Base64 with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

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

    /// Returns the content as text for a model. Images, audio and other bytes are named in brackets.
    pub(super) fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => text.into(),
            Self::Image { data, mime_type } => not_shown("an image", mime_type, data).into(),
            Self::Audio { data, mime_type } => not_shown("audio", mime_type, data).into(),
            Self::Resource(resource) => resource.to_text().into(),
            Self::ResourceLink(link) => format!("[link to {}]", link.label()).into(),
            Self::Other(json) => json.to_string().into(),
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

/// Returns the note in place of bytes.
fn not_shown(what: &str, mime_type: &str, data: &Bytes) -> String {
    let size = data.len();
    format!("[{what} ({mime_type}, {size} bytes) that cannot be shown as text]")
}

impl Resource {
    /// Returns the contents with the URI above them, or a note in place of bytes.
    fn to_text(&self) -> String {
        let label = self.label();
        match (&self.text, &self.blob) {
            (Some(text), _) => format!("[{label}]\n{text}"),
            (None, Some(blob)) => {
                let mime_type = self.mime_type.as_deref().unwrap_or("bytes");
                not_shown(&label, mime_type, blob)
            }
            (None, None) => format!("[{label}]"),
        }
    }

    /// Returns the words for the resource: its URI, its name and its description.
    fn label(&self) -> String {
        let mut label = format!("the resource {}", self.uri);
        for detail in [&self.name, &self.description].into_iter().flatten() {
            if !detail.is_empty() {
                label.push_str(", ");
                label.push_str(detail);
            }
        }
        label
    }

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

/// Decodes base64, in lines as mails have it or in the alphabet of URLs, as some servers write it.
fn bytes(json: &Json) -> Option<Bytes> {
    let text = json.as_str()?.bytes();
    let text = text.filter(|byte| !byte.is_ascii_whitespace());
    let text = text.map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        byte => byte,
    });
    let text: Vec<u8> = text.collect();
    BASE64.decode(text).ok().map(Bytes::from)
}
