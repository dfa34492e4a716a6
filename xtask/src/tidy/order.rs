//! Orders of modules: which modules a module may import.

/// The imports that the modules of a crate are allowed.
pub(super) struct Layers {
    /// The folder of the sources.
    pub(super) folder: &'static str,
    /// The order.
    pub(super) order: Order,
}

/// An order of modules.
pub(super) enum Order {
    /// Each module, or module within a module, with those that it may import.
    Listed(&'static [(&'static str, &'static [&'static str])]),
    /// Layers from top to bottom. A module may import those of lower layers only.
    Stacked(&'static [&'static [&'static str]]),
}

impl Order {
    /// Returns the innermost module of the table that contains `path`: `lower/sketch` for
    /// `lower::sketch::Sketch`.
    pub(super) fn find(&self, path: &[String]) -> Option<String> {
        let ends = (1..=path.len()).rev();
        let mut around = ends.filter_map(|end| Some(path.get(..end)?.join("/")));
        around.find(|module| self.contains(module))
    }

    fn contains(&self, module: &str) -> bool {
        match self {
            Self::Listed(modules) => modules.iter().any(|(name, _)| *name == module),
            Self::Stacked(layers) => layers.iter().any(|layer| layer.contains(&module)),
        }
    }

    /// Returns `true` if `from` may import `to`.
    pub(super) fn allows(&self, from: &str, to: &str) -> bool {
        if from == to {
            return true;
        }
        match self {
            Self::Listed(modules) => modules
                .iter()
                .any(|(name, allowed)| *name == from && allowed.contains(&to)),
            Self::Stacked(layers) => {
                let depth = |module: &str| layers.iter().position(|layer| layer.contains(&module));
                depth(from) < depth(to)
            }
        }
    }
}
