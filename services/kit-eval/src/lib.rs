//! How well messages are understood: labelled messages, predictions in the same form, and the figures between them.
//! Pure and without IO, so that the verb, the tests and a tuner of prompts measure alike.

mod alias;
mod dataset;
mod fold;
mod prediction;
mod report;
mod score;

pub use dataset::{BadLine, Dataset, Fault, Labelled};
pub use prediction::{Labels, Prediction};
pub use report::{FIELDS, MACRO, Miss, Report, Row};
pub use score::{Pair, score};
