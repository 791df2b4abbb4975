//! Specification of the judgement, by its public face.

mod conditions;
mod decision;
mod make;
mod profile;
mod properties;
mod table;
