//! Setting of optional arguments from options.

use super::Object;

/// Sets an optional argument of a request if there is a value for it.
///
/// Every request has it. The setter is that of the argument, by its path:
///
/// ```
/// # use toolsmith_runtime::codegen::{Object, Shape, Slots, objects, slots_of};
/// # #[derive(Default)]
/// # pub struct ListProjects { limit: Option<u64>, cursor: Option<String> }
/// # impl Object for ListProjects {
/// #     const SHAPE: Shape = Shape { optional: "limit cursor", ..Shape::IN_QUERY };
/// #     fn empty() -> Self { Self::default() }
/// #     fn slots(&mut self) -> Slots<'_> { slots_of([&mut self.limit, &mut self.cursor]) }
/// # }
/// # impl ListProjects {
/// #     pub fn new() -> Self { Self::default() }
/// #     pub fn limit(mut self, limit: u64) -> Self { self.limit = Some(limit); self }
/// #     pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
/// #         self.cursor = Some(cursor.into());
/// #         self
/// #     }
/// # }
/// # objects!(ListProjects(limit, cursor));
/// use toolsmith_runtime::values::Maybe;
///
/// fn request(limit: Option<u64>, cursor: Option<&str>) -> ListProjects {
///     ListProjects::new().maybe(limit, ListProjects::limit).maybe(cursor, ListProjects::cursor)
/// }
/// assert_eq!(request(Some(5), None), ListProjects::new().limit(5));
/// ```
pub trait Maybe: Sized {
    /// Passes the value to the setter, if there is one.
    #[must_use]
    fn maybe<T>(self, value: Option<T>, setter: impl FnOnce(Self, T) -> Self) -> Self;
}

impl<R: Object> Maybe for R {
    fn maybe<T>(self, value: Option<T>, setter: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Some(value) => setter(self, value),
            None => self,
        }
    }
}
