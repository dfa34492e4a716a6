//! Judges that the tests, the fuzz targets and `corpus-check` share: they compare the generator and
//! the runtime with a validator of JSON Schema and with the rules of model providers.

pub mod corpus;
pub mod dialects;
pub mod fuzz;
