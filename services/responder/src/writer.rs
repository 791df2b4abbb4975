//! The writer: asks a language model to word a reply that is decided already. The model gets the template's sentences
//! and the message, nothing else of the profile; what it answers goes out only if the checker passes it.

use std::{sync::Arc, time::Duration};

use contract::Account;
use kit_llm::{Answer, Fault, Llm, LlmError, Program, ProgramFault};
use kit_reply::{Brief, Drafted};
use kit_score::profile::Register;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const PROMPT: &str = include_str!("../prompts/draft.v1.toml");
/// Tries at a text that the checker passes.
const TRIES: usize = 2;
/// How much longer than one question both tries may take.
const GRACE: Duration = Duration::from_secs(2);
/// Longest reply worth checking, in characters.
const LONGEST: usize = 2000;

/// The program that words a reply.
pub type Wording = Program<WordingIn, WordingOut>;

/// The program that comes with this version.
///
/// # Errors
/// Never, as a test shows.
pub fn wording() -> Result<Wording, ProgramFault> {
    Wording::from_toml(PROMPT)
}

/// What a reply says, and what it answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordingIn {
    /// What it does: `engage`, `ask`, `answer`, `decline`.
    pub purpose: String,
    /// ISO 639 code.
    pub language: String,
    /// `formal` or `informal`.
    pub address: String,
    /// Fewest and most words.
    pub words: [usize; 2],
    /// Its sentences, in order.
    pub say: Vec<String>,
    /// Those that stay as they are.
    pub keep: Vec<String>,
    /// What the sender wrote.
    pub message: String,
    /// Replies that the person wrote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub style: Vec<String>,
    /// What was wrong with the last try.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
}

/// The reply in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WordingOut {
    /// The text, without closing line and note.
    pub reply: String,
}

impl Answer<WordingIn> for WordingOut {
    const ALIASES: &'static [(&'static str, &'static str)] =
        &[("text", "reply"), ("message", "reply"), ("answer", "reply"), ("draft", "reply")];

    fn check(&self, _input: &WordingIn) -> Result<(), Fault> {
        match self.reply.trim() {
            "" => Err(Fault::new("reply", "empty")),
            text if text.chars().count() > LONGEST => Err(Fault::new("reply", "too long")),
            _ => Ok(()),
        }
    }
}

/// A model that words replies. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Writer {
    llm: Llm,
    program: Arc<Wording>,
}

/// Why a model's words are not used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// It did not answer.
    #[error(transparent)]
    Model(#[from] LlmError),
    /// Our own words on what the checker found.
    #[error("the checker refused every try ({0})")]
    Refused(String),
}

impl Writer {
    /// A model and its program.
    pub fn new(llm: Llm, program: Wording) -> Self {
        Self { llm, program: Arc::new(program) }
    }

    /// The model itself.
    pub fn llm(&self) -> &Llm {
        &self.llm
    }

    /// The reply in the model's words, checked; both tries within the model's time.
    ///
    /// # Errors
    /// [`Unusable`]: the template is what is left.
    pub async fn word(
        &self,
        account: &Account,
        brief: &Brief<'_>,
        message: &str,
        style: Vec<String>,
    ) -> Result<Drafted, Unusable> {
        let llm = self.llm.paid_by(account);
        let limit = llm.config().timeout + GRACE;
        let tries = async {
            let mut input = question(brief, message, style);
            for _ in 0..TRIES {
                let answer = self.program.run(&llm, &input).await?.value;
                match brief.reworded(&answer.reply) {
                    Ok(drafted) => return Ok(drafted),
                    Err(faults) => input.faults = faults,
                }
            }
            // Names of the checks alone: what they quote is the model's.
            let names = input.faults.iter().filter_map(|fault| fault.split(':').next());
            Err(Unusable::Refused(names.collect::<Vec<_>>().join(", ")))
        };
        tokio::time::timeout(limit, tries).await.map_err(|_| LlmError::TimedOut(limit))?
    }
}

fn question(brief: &Brief<'_>, message: &str, style: Vec<String>) -> WordingIn {
    let (least, most) = brief.words();
    WordingIn {
        purpose: brief.purpose().to_owned(),
        language: brief.language().as_str().to_owned(),
        address: if brief.register() == Register::Usted { "formal" } else { "informal" }.to_owned(),
        words: [least, most],
        say: brief.sentences().to_vec(),
        keep: brief.fixed().into_iter().map(str::to_owned).collect(),
        message: message.to_owned(),
        style,
        faults: Vec::new(),
    }
}
