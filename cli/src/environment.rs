//! The variables that a command may read, handed in so that tests need none of the process.

/// How the value of a variable is found.
type Lookup = dyn Fn(&str) -> Option<String>;

/// Looks up variables by name.
pub(crate) struct Environment {
    lookup: Box<Lookup>,
}

impl Environment {
    /// The variables of this process.
    pub(crate) fn of_process() -> Self {
        Self {
            lookup: Box::new(|name| std::env::var(name).ok()),
        }
    }

    /// These variables and no others.
    #[cfg(test)]
    pub(crate) fn of(variables: &[(&str, &str)]) -> Self {
        let variables: std::collections::BTreeMap<String, String> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Self {
            lookup: Box::new(move |name| variables.get(name).cloned()),
        }
    }

    /// The value of a variable. One that is empty counts as not set; the line break that
    /// `export TOKEN=$(cat file)` may leave does not count as part of it.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let value = (self.lookup)(name)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }
}
