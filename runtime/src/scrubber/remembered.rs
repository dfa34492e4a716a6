//! The units that a reader remembers.

/// The layers of escapes that are read: a JSON string inside JSON, percent-encoded twice, has four.
pub(super) const LAYERS: u8 = 5;

/// The most places whose units a reader remembers.
const MAX_REMEMBERED: usize = 1024;

/// The units of the last escapes by place and layer, so that escapes of escapes are read once.
#[derive(Default)]
pub(super) struct Remembered(Vec<Slot>);

/// A place, its unit and its end.
type Slot = Option<(usize, (u32, usize))>;

impl Remembered {
    /// Returns the unit at a place and its end, if it was read.
    pub(super) fn get(&self, layers: u8, at: usize) -> Option<(u32, usize)> {
        let (place, read) = (*self.0.get(self.index(layers, at))?)?;
        (place == at).then_some(read)
    }

    /// Remembers a unit of a text of this length.
    pub(super) fn put(&mut self, length: usize, layers: u8, at: usize, read: (u32, usize)) {
        if self.0.is_empty() {
            let slots = length.min(MAX_REMEMBERED) * usize::from(LAYERS);
            self.0.resize(slots, None);
        }
        let index = self.index(layers, at);
        if let Some(slot) = self.0.get_mut(index) {
            *slot = Some((at, read));
        }
    }

    fn index(&self, layers: u8, at: usize) -> usize {
        let layer = usize::from(layers.saturating_sub(1));
        let index = at.wrapping_mul(LAYERS.into()).wrapping_add(layer);
        index.checked_rem(self.0.len()).unwrap_or_default()
    }
}
