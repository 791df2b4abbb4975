//! The model engine: asks a language model what a message says, and takes from its answer only what the message proves.
//! It sees the sender's own words and nothing else; answers are cached by those words.

use std::{sync::Arc, time::Duration};

use contract::{Account, Evidence, Facts, Field, Message, TechMention, identity::normalised};
use kit_cache::Cache;
use kit_llm::{
    Llm, LlmError, ProgramFault, Proven,
    extract::{Extract, ExtractIn, ExtractOut, Wanted},
    prove,
};
use uuid::Uuid;

use crate::{doc::Doc, rules::ENGINE_VERSION};

/// How much longer than the model itself reading may take, for the cache before it.
const GRACE: Duration = Duration::from_secs(2);

/// Namespace of the cache's keys.
const KEYS: Uuid = Uuid::from_u128(0x1d0e_6f5c_94d3_5c0b_8a6a_3f3b_7a21_0001);

/// A digest of the rules' data, by the build script: it changes with every phrase and name.
const RULES: &str = env!("RULES_DATA");

/// A model that reads messages. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ModelEngine {
    llm: Llm,
    program: Arc<Extract>,
    /// Digest of the program.
    prompt: Uuid,
    cache: Cache,
    live: Duration,
}

impl ModelEngine {
    /// A model, its program, and a cache that keeps its answers for `live`; not at all where that is zero.
    ///
    /// # Errors
    /// [`ProgramFault`] where the program cannot be written as text.
    pub fn new(llm: Llm, program: Extract, cache: Cache, live: Duration) -> Result<Self, ProgramFault> {
        let prompt = Uuid::new_v5(&KEYS, program.to_toml()?.as_bytes());
        Ok(Self { llm, program: Arc::new(program), prompt, cache, live })
    }

    /// The model itself.
    pub fn llm(&self) -> &Llm {
        &self.llm
    }

    /// Its program.
    pub fn program(&self) -> &Extract {
        &self.program
    }

    /// A digest of the program: of its words, not only of its version.
    pub fn digest(&self) -> Uuid {
        self.prompt
    }

    /// The same model and cache with another program.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_program(&self, program: Extract) -> Result<Self, ProgramFault> {
        Self::new(self.llm.clone(), program, self.cache.clone(), self.live)
    }

    /// What the model says of the fields `wanted` that the message proves; of all fields where none is named. Does not
    /// ask whether it may see the message: [`crate::Analyzer`] does.
    ///
    /// # Errors
    /// [`LlmError`], within the model's time.
    pub async fn read(&self, message: &Message, wanted: &[Wanted]) -> Result<Proven, LlmError> {
        let answer = match question(message, wanted) {
            Some(question) => self.paid_by(&message.account).answer(&question).await?,
            None => ExtractOut::default(),
        };
        Ok(proven(message, &answer))
    }

    fn paid_by(&self, account: &Account) -> Self {
        Self { llm: self.llm.paid_by(account), ..self.clone() }
    }

    async fn answer(&self, question: &ExtractIn) -> Result<ExtractOut, LlmError> {
        let limit = self.llm.config().timeout + GRACE;
        tokio::time::timeout(limit, self.cached(question)).await.map_err(|_| LlmError::TimedOut(limit))?
    }

    async fn cached(&self, question: &ExtractIn) -> Result<ExtractOut, LlmError> {
        if self.live.is_zero() {
            return self.ask(question).await;
        }
        let key = self.key(question);
        let ask = || async { encoded(&self.ask(question).await?) };
        let loaded = self.cache.load(&key, self.live, ask).await.map_err(Arc::unwrap_or_clone)?;
        match serde_json::from_slice(&loaded.value) {
            Ok(answer) => Ok(answer),
            Err(_) => {
                self.cache.remove(&key).await;
                Err(LlmError::Garbage("what the cache held is no answer; it was removed".to_owned()))
            }
        }
    }

    /// Asks, past the cache.
    ///
    /// # Errors
    /// [`LlmError`].
    pub async fn ask(&self, question: &ExtractIn) -> Result<ExtractOut, LlmError> {
        Ok(self.program.run(&self.llm, question).await?.value)
    }

    /// Everything that an answer depends on: the words, what is asked, the rules that prepared both, the model, and the
    /// prompt, whatever its version says.
    fn key(&self, question: &ExtractIn) -> String {
        let config = self.llm.config();
        let name = serde_json::json!([
            config.provider.as_str(),
            config.url,
            config.model,
            self.prompt,
            ENGINE_VERSION,
            RULES,
            question.find,
            normalised(&question.message),
        ]);
        format!("analysis:{}", Uuid::new_v5(&KEYS, name.to_string().as_bytes()))
    }
}

/// What a model is asked about a message: the sender's own words, and what is wanted of them. A text that is nothing but
/// quotes and addresses leaves nothing to ask.
pub fn question(message: &Message, wanted: &[Wanted]) -> Option<ExtractIn> {
    let doc = Doc::of(message.subject.as_deref(), &message.text);
    let words = own_words(&doc.prose);
    (!words.is_empty()).then(|| ExtractIn { find: wanted.to_vec(), subject: None, message: words })
}

/// What of an answer the message proves.
pub fn proven(message: &Message, answer: &ExtractOut) -> Proven {
    let doc = Doc::of(message.subject.as_deref(), &message.text);
    in_message(prove(answer, &doc.prose, None), &doc)
}

fn encoded(answer: &ExtractOut) -> Result<bytes::Bytes, LlmError> {
    let bytes =
        serde_json::to_vec(answer).map_err(|e| LlmError::Garbage(format!("an answer that cannot be kept ({e})")))?;
    Ok(bytes.into())
}

/// The prose without what blanking left: one blank between words, one empty line between paragraphs.
fn own_words(prose: &str) -> String {
    let mut words = String::with_capacity(prose.len());
    let mut gap = false;
    for line in prose.lines() {
        let before = words.len();
        for word in line.split_whitespace() {
            if before == words.len() && before > 0 {
                words.push_str(if gap { "\n\n" } else { "\n" });
            } else if before < words.len() {
                words.push(' ');
            }
            words.push_str(word);
        }
        gap = words.len() == before;
    }
    words
}

/// Moves every proof from the prepared text to the message; a value whose words cannot be shown there is dropped.
fn in_message(mut proven: Proven, doc: &Doc) -> Proven {
    let at = |evidence: &Evidence| doc.evidence(&(evidence.start..evidence.end));
    fn one<T>(field: Option<Field<T>>, at: impl Fn(&Evidence) -> Option<Evidence>) -> Option<Field<T>> {
        field.and_then(|field| Some(Field { evidence: at(&field.evidence)?, ..field }))
    }
    let many = |fields: Vec<Field<String>>| fields.into_iter().filter_map(|field| one(Some(field), at)).collect();
    let technology = |found: TechMention| Some(TechMention { evidence: at(&found.evidence)?, ..found });
    let facts = proven.facts;
    proven.facts = Facts {
        company: one(facts.company, at),
        agency: one(facts.agency, at),
        industry: one(facts.industry, at),
        role: one(facts.role, at),
        seniority: one(facts.seniority, at),
        tech_stack: facts.tech_stack.into_iter().filter_map(technology).collect(),
        salary: one(facts.salary, at),
        remote_policy: one(facts.remote_policy, at),
        location: one(facts.location, at),
        employment_type: one(facts.employment_type, at),
        work_week_days: one(facts.work_week_days, at),
        questions: many(facts.questions),
        question_type: one(facts.question_type, at),
        contacts: many(facts.contacts),
        links: many(facts.links),
    };
    proven
}

#[cfg(test)]
mod tests {
    use super::own_words;

    #[test]
    fn blanks_go_and_paragraphs_stay() {
        assert_eq!(own_words(" \n  a   b \n c\n \n   \nd  "), "a b\nc\n\nd");
        assert_eq!(own_words("   \n  "), "");
    }
}
