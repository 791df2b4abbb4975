//! The model engine: asks a language model what a message says, and takes from its answer only what the message proves.
//! It sees the sender's own words and nothing else; answers are cached by those words.

use std::{sync::Arc, time::Duration};

use contract::{Evidence, Facts, Field, Message, TechMention, identity::normalised};
use kit_cache::Cache;
use kit_llm::{
    Llm, LlmError, ProgramFault, Proven,
    extract::{Extract, ExtractIn, ExtractOut},
    prove,
};
use uuid::Uuid;

use crate::doc::Doc;

/// How much longer than the model itself reading may take, for the cache before it.
const GRACE: Duration = Duration::from_secs(2);

/// Namespace of the cache's keys.
const KEYS: Uuid = Uuid::from_u128(0x1d0e_6f5c_94d3_5c0b_8a6a_3f3b_7a21_0001);

/// A model that reads messages. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ModelEngine {
    llm: Llm,
    program: Arc<Extract>,
    cache: Cache,
    live: Duration,
}

impl ModelEngine {
    /// A model, and a cache that keeps its answers for `live`; not at all where that is zero.
    ///
    /// # Errors
    /// [`ProgramFault`] where the prompt that comes with this version cannot be used.
    pub fn new(llm: Llm, cache: Cache, live: Duration) -> Result<Self, ProgramFault> {
        Ok(Self { llm, program: Arc::new(Extract::current()?), cache, live })
    }

    /// The model itself.
    pub fn llm(&self) -> &Llm {
        &self.llm
    }

    /// Version of the prompt.
    pub fn version(&self) -> u32 {
        self.program.version
    }

    /// What the model says that the message proves. Does not ask whether it may see the message: [`crate::Analyzer`]
    /// does.
    ///
    /// # Errors
    /// [`LlmError`], within the model's time.
    pub async fn read(&self, message: &Message) -> Result<Proven, LlmError> {
        let doc = Doc::of(message.subject.as_deref(), &message.text);
        let words = own_words(&doc.prose);
        // A text that is nothing but quotes and addresses leaves nothing to ask.
        let answer = if words.is_empty() { ExtractOut::default() } else { self.answer(words).await? };
        Ok(in_message(prove(&answer, &doc.prose, None), &doc))
    }

    async fn answer(&self, words: String) -> Result<ExtractOut, LlmError> {
        let limit = self.llm.config().timeout + GRACE;
        tokio::time::timeout(limit, self.cached(words)).await.map_err(|_| LlmError::TimedOut(limit))?
    }

    async fn cached(&self, words: String) -> Result<ExtractOut, LlmError> {
        if self.live.is_zero() {
            return self.ask(words).await;
        }
        let key = self.key(&words);
        let ask = || async { encoded(&self.ask(words).await?) };
        let loaded = self.cache.load(&key, self.live, ask).await.map_err(Arc::unwrap_or_clone)?;
        match serde_json::from_slice(&loaded.value) {
            Ok(answer) => Ok(answer),
            Err(_) => {
                self.cache.remove(&key).await;
                Err(LlmError::Garbage("what the cache held is no answer; it was removed".to_owned()))
            }
        }
    }

    async fn ask(&self, words: String) -> Result<ExtractOut, LlmError> {
        let input = ExtractIn { subject: None, message: words };
        Ok(self.program.run(&self.llm, &input).await?.value)
    }

    /// Everything that an answer depends on.
    fn key(&self, words: &str) -> String {
        let (config, version) = (self.llm.config(), self.program.version.to_string());
        let parts =
            [config.provider.as_str(), &config.url, &config.model, &self.program.name, &version, &normalised(words)];
        let name = serde_json::json!(parts).to_string();
        format!("analysis:{}", Uuid::new_v5(&KEYS, name.as_bytes()))
    }
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
