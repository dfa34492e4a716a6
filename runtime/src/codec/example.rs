//! Records for tests, filled with examples.

use toolsmith_dialect::json_pointer;

use super::{Json, Object, ProblemKind, RecordError, decode_lenient};

/// The number of fields that an example may have. It ends a type that cannot be filled.
const MAX_STEPS: usize = 1000;

/// Creates a record for a test, with an example in every required field.
///
/// ```
/// # use toolsmith_runtime::codegen::{Object, Shape, Slots, Value, objects, slots_of};
/// # use toolsmith_runtime::values::Extra;
/// # pub struct Project { pub id: String, pub size: i64, pub note: Option<String>, pub extra: Extra }
/// # impl Object for Project {
/// #     const SHAPE: Shape = Shape {
/// #         name: "Project", required: "id size", optional: "note", ..Shape::RECORD
/// #     };
/// #     fn empty() -> Self {
/// #         Self { id: Value::blank(), size: Value::blank(), note: None, extra: Value::blank() }
/// #     }
/// #     fn slots(&mut self) -> Slots<'_> {
/// #         slots_of([&mut self.id, &mut self.size, &mut self.note, &mut self.extra])
/// #     }
/// # }
/// # objects!(Project(id, size, note, extra));
/// use toolsmith_runtime::values::Example;
///
/// let mut project = Project::example();
/// project.note = Some("for a test".to_owned());
/// assert_eq!((&*project.id, project.size), ("id", 1));
/// ```
pub trait Example: Sized {
    /// Returns the example: a string is the name of its field, a number is 1, a list is empty, and an
    /// optional field is absent.
    ///
    /// # Panics
    ///
    /// Panics if no value fits a field, or if the type never ends.
    #[must_use]
    fn example() -> Self;
}

impl<T: Object> Example for T {
    #[expect(clippy::panic, reason = "tests cannot go on without the record")]
    fn example() -> Self {
        let mut json = Json::Object(serde_json::Map::new());
        for _ in 0..MAX_STEPS {
            match decode_lenient(json.clone()) {
                Ok(example) => return example,
                Err(problems) => {
                    let is_corrected = correct(&mut json, &problems);
                    assert!(
                        is_corrected,
                        "cannot create an example of {}: {problems}",
                        T::SHAPE.name
                    );
                }
            }
        }
        panic!(
            "cannot create an example of {}: it has too many fields",
            T::SHAPE.name
        );
    }
}

/// Corrects the first problem that can be corrected. Returns `false` if there is none.
fn correct(json: &mut Json, problems: &RecordError) -> bool {
    problems.problems().iter().any(|problem| {
        let Some((parent, name)) = json_pointer::split(&problem.path) else {
            return false;
        };
        let Some(parent) = json.pointer_mut(parent) else {
            return false;
        };
        let found = match parent {
            Json::Object(fields) => fields.entry(name.clone()).or_insert(Json::Null),
            Json::Array(elements) => match name
                .parse()
                .ok()
                .and_then(|index: usize| elements.get_mut(index))
            {
                Some(element) => element,
                None => return false,
            },
            _ => return false,
        };
        let next = match &problem.kind {
            ProblemKind::NotAllowed { allowed, .. } => allowed.first().cloned(),
            _ => after(found, &name),
        };
        next.is_some_and(|next| {
            *found = next;
            true
        })
    })
}

/// Returns the value to try after `found` did not fit.
fn after(found: &Json, name: &str) -> Option<Json> {
    Some(match found {
        Json::Null => Json::from(name),
        Json::String(_) => Json::from(1),
        Json::Number(_) => Json::from(true),
        Json::Bool(_) => Json::Array(Vec::new()),
        Json::Array(elements) if elements.is_empty() => Json::Object(serde_json::Map::new()),
        Json::Array(_) | Json::Object(_) => return None,
    })
}
