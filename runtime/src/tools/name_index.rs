//! A lookup of tools by name, in constant time.

use std::sync::OnceLock;

use super::tool::ToolSpec;

/// The positions of the tools of a catalog by name, built at the first lookup.
///
/// A hash table with open addressing, at most half full.
#[derive(Debug, Default)]
pub(super) struct NameIndex(OnceLock<Box<[u32]>>);

/// The value of an empty slot.
const NOTHING: u32 = u32::MAX;

impl NameIndex {
    /// Creates an index that is not built yet.
    pub(super) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Returns the tool of this name among `tools`, which must be the same at every call.
    pub(super) fn find(
        &self,
        tools: &'static [&'static ToolSpec],
        name: &str,
    ) -> Option<&'static ToolSpec> {
        let table = self.0.get_or_init(|| make(tools));
        for slot in probe(table, name) {
            let tool = tools.get(usize::try_from(slot).ok()?)?;
            if tool.name == name {
                return Some(tool);
            }
        }
        None
    }
}

fn make(tools: &[&ToolSpec]) -> Box<[u32]> {
    let size = (tools.len() * 2).next_power_of_two();
    let mut table = vec![NOTHING; size].into_boxed_slice();
    for (position, tool) in tools.iter().enumerate() {
        let Ok(position) = u32::try_from(position) else {
            break;
        };
        let mut slot = first_slot(size, tool.name);
        while table.get(slot).is_some_and(|taken| *taken != NOTHING) {
            slot = (slot + 1) % size;
        }
        if let Some(free) = table.get_mut(slot) {
            *free = position;
        }
    }
    table
}

/// Returns the slots that may contain `name`, up to the first empty one.
fn probe<'a>(table: &'a [u32], name: &str) -> impl Iterator<Item = u32> + use<'a> {
    let first = first_slot(table.len(), name);
    let (before, after) = table.split_at(first.min(table.len()));
    let slots = after.iter().chain(before).copied();
    slots.take_while(|slot| *slot != NOTHING)
}

/// Returns the first slot for `name` in a table of this size, a power of two.
fn first_slot(size: usize, name: &str) -> usize {
    // A simple hash, because the names of a catalog are not chosen to collide.
    const MULTIPLIER: u64 = 0x517c_c1b7_2722_0a95;
    let mut hash = name.len() as u64;
    for chunk in name.as_bytes().chunks(8) {
        let word = chunk
            .iter()
            .fold(0, |word, byte| (word << 8) | u64::from(*byte));
        hash = (hash.rotate_left(5) ^ word).wrapping_mul(MULTIPLIER);
    }
    usize::try_from(hash >> 32).unwrap_or_default() & size.saturating_sub(1)
}
