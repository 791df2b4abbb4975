//! Understands a message: kind, language and facts, each with the words that prove it. [`read`] is pure rules,
//! [`ModelEngine`] asks a language model; [`Analyzer`] is the stage around both.

mod ascii;
mod clean;
mod company;
mod details;
mod doc;
mod employment;
mod gazetteer;
mod header;
mod hostile;
mod html;
mod kind;
mod language;
mod merge;
mod model;
mod name;
mod pattern;
mod place;
mod proof;
mod reading;
mod remote;
mod role;
mod rules;
mod salary;
mod seniority;
mod signals;
mod stage;
mod tech;
mod title;

pub use merge::{Understanding, open_fields};
pub use model::{ModelEngine, proven, question};
pub use reading::Reading;
pub use rules::{ENGINE_VERSION, read, warm_up};
pub use stage::{Analyzed, Analyzer, Input, analyze, may_see};
