//! The contract as documents: a JSON Schema per event version and one AsyncAPI document, generated from the code and
//! held fresh by a test (`UPDATE=1 cargo test -p contract` writes them).
