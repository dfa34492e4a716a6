//! Environment variables as a value, so that tests do not depend on the process.

/// A function that returns the value of a variable.
type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

/// A source of environment variables.
pub(crate) struct Environment {
    lookup: Box<Lookup>,
}

impl Environment {
    /// Returns the variables of this process.
    pub(crate) fn of_process() -> Self {
        Self {
            lookup: Box::new(|name| std::env::var(name).ok()),
        }
    }

    /// Returns these variables only.
    #[cfg(any(test, feature = "fetch"))]
    pub(crate) fn of(variables: &[(&str, &str)]) -> Self {
        let variables: std::collections::BTreeMap<String, String> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Self {
            lookup: Box::new(move |name| variables.get(name).cloned()),
        }
    }

    /// Returns the value of a variable without surrounding whitespace, such as the line break that
    /// `export TOKEN=$(cat file)` may leave. An empty variable counts as not set.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let value = (self.lookup)(name)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }
}
