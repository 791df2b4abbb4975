//! A language model as a typed function: programs (`Program<In, Out>`) over one gate (`Llm`) to Ollama, OpenAI-compatible
//! servers and Anthropic. Every way to fail has its class; no failure is worse than no answer.
//!
//! # Adding a program
//!
//! A program is two types and a file `prompts/NAME.vN.toml` beside the service that runs it. The answer's type is its JSON
//! Schema: bound each string and list, or a small model runs on. `check` says what a type cannot; its fault is shown to the
//! model, which is asked once more. Free text is an answer with a field for it:
//!
//! ```
//! use kit_llm::{Answer, Fault, Llm, LlmError, Program};
//! use schemars::JsonSchema;
//! use serde::{Deserialize, Serialize};
//!
//! /// What the model may know: facts that were checked, never the recruiter's own words.
//! #[derive(Serialize, Deserialize)]
//! struct Brief {
//!     recruiter: String,
//!     ask_for: Vec<String>,
//! }
//!
//! #[derive(Serialize, Deserialize, JsonSchema)]
//! #[serde(deny_unknown_fields)]
//! struct Letter {
//!     #[schemars(length(max = 120))]
//!     subject: Option<String>,
//!     #[schemars(length(max = 2000))]
//!     text: String,
//! }
//!
//! impl Answer<Brief> for Letter {
//!     fn check(&self, brief: &Brief) -> Result<(), Fault> {
//!         if self.text.contains(&brief.recruiter) {
//!             return Ok(());
//!         }
//!         Err(Fault::new("text", "does not name the recruiter"))
//!     }
//! }
//!
//! let program: Program<Brief, Letter> = Program::from_toml(
//!     r#"
//!     name = "letter"
//!     version = 1
//!     trust = "derived"
//!     max_input_chars = 2000
//!     max_answer_tokens = 600
//!     temperature = 0.3
//!     instructions = "Write a short, friendly letter that asks for what is in ask_for."
//!     [[demonstrations]]
//!     input = { recruiter = "Ana", ask_for = ["pay"] }
//!     output = { text = "Hi Ana, thanks for writing. What is the pay range?" }
//!     "#,
//! )?;
//!
//! async fn write(llm: &Llm, account: &contract::Account, program: &Program<Brief, Letter>) -> Result<Letter, LlmError> {
//!     let brief = Brief { recruiter: "Tom".to_owned(), ask_for: vec!["location".to_owned()] };
//!     Ok(program.run(&llm.paid_by(account), &brief).await?.value)
//! }
//! # Ok::<(), kit_llm::ProgramFault>(())
//! ```
//!
//! The model comes from `[llm.STAGE]`: `sluice`'s `model::Models::of` gives the stage its [`Llm`], with limits, breaker and
//! budget in place. Put [`Answered::version`] on what came of it.

mod breaker;
mod budget;
mod config;
mod error;
pub mod extract;
mod llm;
mod mask;
mod mend;
mod metrics;
mod model;
mod parse;
mod price;
mod program;
mod proof;
mod provider;
mod schema;

pub use breaker::{BreakerLimits, Circuit};
pub use budget::{Book, Clock, Ledger, Limits, Noted, OwnLedger, spent_in};
pub use config::{Config, ConfigFault, Provider};
pub use error::{LlmError, Truncation};
pub use llm::Llm;
pub use mask::mask_contacts;
pub use metrics::{CallLabel, Metrics, ModelLabel, TokenLabel};
pub use model::{Completion, Model, Request, Role, Turn};
pub use parse::{Fault, Parsed, parse};
pub use price::{Micros, Price};
pub use program::{Answer, Answered, Demonstration, Program, ProgramFault, Trust};
pub use proof::{Proven, prove};
pub use schema::of as schema_of;
