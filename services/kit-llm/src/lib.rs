//! A language model as a typed function: programs (`Program<In, Out>`) over one gate (`Llm`) to Ollama, OpenAI-compatible
//! servers and Anthropic. Every way to fail has its class; no failure is worse than no answer.

mod breaker;
mod config;
mod error;
pub mod extract;
mod llm;
mod mask;
mod mend;
mod metrics;
mod model;
mod parse;
mod program;
mod proof;
mod provider;
mod schema;

pub use breaker::{BreakerLimits, Circuit};
pub use config::{Config, ConfigFault, Provider};
pub use error::{LlmError, Truncation};
pub use llm::Llm;
pub use mask::mask_contacts;
pub use metrics::{CallLabel, Metrics, ModelLabel, TokenLabel};
pub use model::{Completion, Model, Request, Role, Turn};
pub use parse::{Fault, Parsed, parse};
pub use program::{Answer, Answered, Demonstration, Program, ProgramFault, Trust};
pub use proof::{Proven, prove};
pub use schema::of as schema_of;
