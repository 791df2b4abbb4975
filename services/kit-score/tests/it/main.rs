//! Specification of the judgement, by its public face.

#![expect(clippy::unwrap_used, reason = "a test whose setting cannot be made has failed")]

mod conditions;
mod decision;
mod make;
mod profile;
mod properties;
mod table;
