//! The options of a list: limits, and the tools that have to be strict.

use std::collections::BTreeSet;
use std::fmt;

use super::definition::Definition;
use super::list::ToolList;
use super::provider::Dialect;
use super::request_limits::RequestLimits;
use super::rules::NameRule;
use super::write::{Arguments, write};
use crate::suggest::misspelt;

/// The shortest limit of a name: a few characters and the hash of a name that is replaced.
const MIN_NAME_LENGTH: usize = 16;

/// Options of a list in a dialect; [`Dialect::options`] creates them.
///
/// ```
/// use serde_json::json;
/// use toolsmith_runtime::dialect::{Definition, Dialect};
///
/// let tools = ["search", "rename", "delete"].map(|name| {
///     let schema = json!({"type": "object", "properties": {"id": {"type": "string"}}});
///     Definition::new(name, "A tool.", schema)
/// });
/// let dialect = Dialect::AnthropicStrict;
/// let mut limits = dialect.request_limits();
/// limits.strict_tools = 1;
/// let list = dialect.options().limits(limits).strict_first(["delete"]).list_of(tools)?;
/// let is_strict = |name: &str| list.definition_of(name).is_some_and(|tool| tool["strict"] == true);
/// assert!(is_strict("delete") && !is_strict("search"));
/// # Ok::<(), toolsmith_runtime::dialect::ListError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ListOptions {
    dialect: Dialect,
    limits: RequestLimits,
    strict: Strictness,
}

/// The tools that are strict, in a strict dialect.
#[derive(Debug, Clone)]
enum Strictness {
    /// In the order of the list, as many as the limits allow.
    Any,
    /// These before others.
    First(Vec<String>),
    /// These alone.
    Only(Vec<String>),
}

/// The error of a list that the provider would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListError {
    /// There are more tools than the provider accepts in one request.
    TooManyTools {
        /// The dialect.
        dialect: Dialect,
        /// The number of tools.
        count: usize,
        /// The greatest number that is accepted.
        limit: usize,
    },
    /// No tool has a name that [`ListOptions`] contains.
    UnknownTool {
        /// The name.
        name: String,
        /// The nearest name of a tool.
        nearest: Option<String>,
    },
}

impl fmt::Display for ListError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyTools {
                dialect,
                count,
                limit,
            } => write!(
                formatter,
                "a request of {} has at most {limit} tools, and the list has {count}; leave tools \
                 out with a `ToolFilter`, or set `RequestLimits::tools` if the limit is another one",
                dialect.as_str()
            ),
            Self::UnknownTool { name, nearest } => {
                write!(
                    formatter,
                    "the options name the tool `{name}`, which is not in the list"
                )?;
                match nearest {
                    Some(nearest) => write!(formatter, "; did you mean `{nearest}`?"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl std::error::Error for ListError {}

impl Dialect {
    /// Returns the options with which a list can be made: the limits of the provider, and the
    /// strict tools.
    #[must_use]
    pub fn options(self) -> ListOptions {
        ListOptions {
            dialect: self,
            limits: self.request_limits(),
            strict: Strictness::Any,
        }
    }

    /// Lists the tools of a generated crate.
    ///
    /// # Errors
    ///
    /// Returns an error if there are more tools than [`RequestLimits::tools`]; see
    /// [`Dialect::options`] to set another limit.
    pub fn list<'a, T>(self, tools: &[T]) -> Result<ToolList, ListError>
    where
        T: Copy + Into<Definition<'a>>,
    {
        self.options().list(tools)
    }

    /// Lists tools of any catalog. The second of two tools with the same name is renamed.
    ///
    /// # Errors
    ///
    /// Returns an error if there are more tools than [`RequestLimits::tools`]; see
    /// [`Dialect::options`] to set another limit.
    pub fn list_of<'a>(
        self,
        tools: impl IntoIterator<Item = Definition<'a>>,
    ) -> Result<ToolList, ListError> {
        self.options().list_of(tools)
    }
}

impl ListOptions {
    /// Replaces the limits, which are those of the provider.
    #[must_use]
    pub fn limits(mut self, limits: RequestLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Makes these tools strict before others, where the provider limits strict tools. Without this,
    /// the first ones are.
    #[must_use]
    pub fn strict_first<N: Into<String>>(mut self, tools: impl IntoIterator<Item = N>) -> Self {
        self.strict = Strictness::First(tools.into_iter().map(Into::into).collect());
        self
    }

    /// Makes these tools strict, and no others.
    #[must_use]
    pub fn strict_only<N: Into<String>>(mut self, tools: impl IntoIterator<Item = N>) -> Self {
        self.strict = Strictness::Only(tools.into_iter().map(Into::into).collect());
        self
    }

    /// Lists the tools of a generated crate.
    ///
    /// # Errors
    ///
    /// Returns an error if there are too many tools, or if the options name a tool that is not one
    /// of them.
    pub fn list<'a, T>(&self, tools: &[T]) -> Result<ToolList, ListError>
    where
        T: Copy + Into<Definition<'a>>,
    {
        self.list_of(tools.iter().map(|tool| (*tool).into()))
    }

    /// Lists tools of any catalog. The second of two tools with the same name is renamed.
    ///
    /// # Errors
    ///
    /// Returns an error if there are too many tools, or if the options name a tool that is not one
    /// of them.
    pub fn list_of<'a>(
        &self,
        tools: impl IntoIterator<Item = Definition<'a>>,
    ) -> Result<ToolList, ListError> {
        let tools: Vec<Definition<'a>> = tools.into_iter().collect();
        for name in self.named() {
            if !tools.iter().any(|tool| tool.name == name) {
                let known = tools.iter().map(|tool| tool.name);
                return Err(ListError::UnknownTool {
                    name: name.clone(),
                    nearest: misspelt(name, known).map(str::to_owned),
                });
            }
        }
        let list = self.write(&tools);
        let count = list.definitions().len();
        if count > self.limits.tools {
            return Err(ListError::TooManyTools {
                dialect: self.dialect,
                count,
                limit: self.limits.tools,
            });
        }
        Ok(list)
    }

    /// Lists the tools of a generated crate, however many there are.
    #[doc(hidden)]
    #[must_use]
    pub fn list_all<'a, T>(&self, tools: &[T]) -> ToolList
    where
        T: Copy + Into<Definition<'a>>,
    {
        let tools: Vec<Definition<'a>> = tools.iter().map(|tool| (*tool).into()).collect();
        self.write(&tools)
    }

    fn named(&self) -> &[String] {
        match &self.strict {
            Strictness::Any => &[],
            Strictness::First(names) | Strictness::Only(names) => names,
        }
    }

    fn write(&self, tools: &[Definition<'_>]) -> ToolList {
        let rules = self.dialect.rules();
        let limits = self.limits;
        let tool_name = NameRule {
            max_length: limits.tool_name_length.max(MIN_NAME_LENGTH),
            ..rules.tool_name
        };
        let names = tools.iter().map(|tool| tool.name);
        let provider_names = tool_name.fit_all(names, &mut BTreeSet::new());
        let arguments = |tool: &Definition<'_>, dialect: Dialect| {
            write(tool.name, tool.schema.tree(), dialect.rules(), limits)
        };
        let written: Vec<Arguments> = tools
            .iter()
            .map(|tool| arguments(tool, self.dialect))
            .collect();
        let strict = self.admit(tools, &written);
        let mut list = ToolList::empty(self.dialect, limits);
        let each = tools.iter().zip(provider_names).zip(written).zip(strict);
        for (((tool, provider_name), written), is_admitted) in each {
            match self.dialect.looser() {
                Some(looser) if !is_admitted && written.contradiction.is_none() => {
                    list.loosen(tool);
                    list.add(looser, tool, provider_name, arguments(tool, looser));
                }
                _ => list.add(self.dialect, tool, provider_name, written),
            }
        }
        list
    }

    /// Decides which tools are strict: those that the options name first.
    fn admit(&self, tools: &[Definition<'_>], written: &[Arguments]) -> Vec<bool> {
        let mut limits = self.limits;
        let mut admitted = vec![false; tools.len()];
        let is_named = |tool: &Definition<'_>| self.named().iter().any(|name| name == tool.name);
        for pass_is_named in [true, false] {
            if !pass_is_named && matches!(self.strict, Strictness::Only(_)) {
                break;
            }
            let each = tools.iter().zip(written).zip(&mut admitted);
            for ((tool, written), admitted) in each {
                if is_named(tool) == pass_is_named && written.contradiction.is_none() {
                    *admitted = limits.admit(written.counts);
                }
            }
        }
        admitted
    }
}
