//! The first program: what a recruiter's message says, each value with the words that say it.

use contract::{EmploymentType, Kind, Language, PayBasis, Period, QuestionType, RemotePolicy, Seniority};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    program::{Answer, Program, ProgramFault},
    schema,
};

const PROMPT: &str = include_str!("../prompts/extract.v2.toml");

/// Reads messages.
pub type Extract = Program<ExtractIn, ExtractOut>;

impl Extract {
    /// The program that comes with this version.
    ///
    /// # Errors
    /// Never, as a test shows.
    pub fn current() -> Result<Self, ProgramFault> {
        Self::from_toml(PROMPT)
    }
}

/// A field of the answer, to be asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    Language,
    Kind,
    Company,
    Agency,
    Industry,
    Role,
    Seniority,
    TechStack,
    Salary,
    RemotePolicy,
    Location,
    EmploymentType,
    WorkWeekDays,
    Questions,
    QuestionType,
    Contacts,
    Links,
}

/// A message, and what is wanted of it. Nothing else: no profile, no history, no secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtractIn {
    /// The fields wanted: the answer can hold no others. Empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub find: Vec<Wanted>,
    /// Subject line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Its text.
    pub message: String,
}

/// What it says: a value and its quote, or null.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtractOut {
    pub language: Option<Language>,
    pub kind: Option<Quoted<Kind>>,
    pub company: Option<Quoted<Name>>,
    pub agency: Option<Quoted<Name>>,
    pub industry: Option<Quoted<Name>>,
    pub role: Option<Quoted<Name>>,
    pub seniority: Option<Quoted<Seniority>>,
    #[serde(default)]
    #[schemars(length(max = 16))]
    pub tech_stack: Vec<Technology>,
    pub salary: Option<Quoted<Pay>>,
    pub remote_policy: Option<Quoted<RemotePolicy>>,
    pub location: Option<Quoted<Name>>,
    pub employment_type: Option<Quoted<EmploymentType>>,
    pub work_week_days: Option<Quoted<Days>>,
    #[serde(default)]
    #[schemars(length(max = 4))]
    pub questions: Vec<Words>,
    pub question_type: Option<Quoted<QuestionType>>,
    #[serde(default)]
    #[schemars(length(max = 4))]
    pub contacts: Vec<Words>,
    #[serde(default)]
    #[schemars(length(max = 4))]
    pub links: Vec<Words>,
}

/// A value, and the words of the message that state it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quoted<T> {
    // First, so that a model looks for the words before it decides.
    pub quote: Words,
    pub value: T,
}

/// A name, a title or a place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Name(#[schemars(length(max = 100))] pub String);

/// Words copied from the message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Words(#[schemars(length(max = 200))] pub String);

/// Working days of a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Days(#[schemars(range(min = 1, max = 7))] pub u8);

/// One technology of the job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Technology {
    pub name: Name,
    pub required: bool,
    pub quote: Words,
}

/// Pay as stated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pay {
    pub min: Option<i64>,
    pub max: Option<i64>,
    #[schemars(length(max = 4))]
    pub currency: Option<String>,
    pub period: Option<Period>,
    pub basis: Option<PayBasis>,
    #[serde(default)]
    pub equity: bool,
}

impl Answer<ExtractIn> for ExtractOut {
    const ALIASES: &'static [(&'static str, &'static str)] = &[
        ("employer", "company"),
        ("company_name", "company"),
        ("recruiter", "agency"),
        ("title", "role"),
        ("job_title", "role"),
        ("position", "role"),
        ("level", "seniority"),
        ("technologies", "tech_stack"),
        ("skills", "tech_stack"),
        ("stack", "tech_stack"),
        ("pay", "salary"),
        ("compensation", "salary"),
        ("remote", "remote_policy"),
        ("workplace", "remote_policy"),
        ("place", "location"),
        ("contract_type", "employment_type"),
        ("employment", "employment_type"),
        ("minimum", "min"),
        ("maximum", "max"),
        ("evidence", "quote"),
        ("technology", "name"),
        ("must_have", "required"),
    ];

    fn schema(input: &ExtractIn) -> Value {
        let mut schema = schema::of::<Self>();
        if !input.find.is_empty() {
            let wanted = |name: &str| input.find.iter().any(|field| json!(field) == name);
            if let Some(properties) = schema["properties"].as_object_mut() {
                properties.retain(|name, _| wanted(name));
            }
            if let Some(required) = schema["required"].as_array_mut() {
                required.retain(|name| name.as_str().is_some_and(wanted));
            }
        }
        schema
    }
}
