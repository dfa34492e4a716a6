//! The signs of escapes.

/// Returns `true` for a byte that may begin an escape.
pub(super) fn begins_escape(byte: u8) -> bool {
    matches!(byte, b'\\' | b'%' | b'&' | b'=' | b'~')
}

/// Returns `true` if a byte may follow the sign of an escape.
pub(super) fn continues(sign: u8, next: u8) -> bool {
    match sign {
        b'%' => next.is_ascii_hexdigit() || next == b'u',
        b'=' => next.is_ascii_hexdigit() || matches!(next, b'\r' | b'\n'),
        b'&' => next.is_ascii_lowercase() || next == b'#',
        b'~' => matches!(next, b'0' | b'1'),
        _ => true,
    }
}
