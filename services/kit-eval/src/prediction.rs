//! What a reading says, in the form of a label: one flat object, in which not stated is `null`, `[]` or
//! `"unspecified"`.

use contract::{EmploymentType, Facts, Kind, Period, RemotePolicy, Seniority};
use serde::Serialize;
use serde_json::{Map, Value};

/// Fields by name, as a label or a prediction holds them. Read leniently: a model's or a person's file may say
/// `"70,000"` where another says `70000`.
pub type Labels = Map<String, Value>;

/// A message's fields as predicted.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Prediction {
    /// Offers paid work; where not, every other field is empty.
    pub is_opportunity: bool,
    /// The employer.
    pub company: Option<String>,
    /// Title as the text writes it.
    pub role: Option<String>,
    /// Level named in words.
    pub seniority: Option<Seniority>,
    /// Canonical names.
    pub tech_stack: Vec<String>,
    /// Lower bound, in whole units of `currency` per `salary_period`.
    pub salary_min: Option<i64>,
    /// Upper bound.
    pub salary_max: Option<i64>,
    /// ISO 4217 code.
    pub currency: Option<String>,
    /// What the pay is per.
    pub salary_period: Option<Period>,
    /// Where the work is done.
    pub remote_policy: Policy,
    /// Place, or the region a remote worker must live in.
    pub location: Option<String>,
    /// Form of employment.
    pub employment_type: Option<EmploymentType>,
}

/// A remote policy; unlike the other fields, a label names the absence of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Policy {
    /// Stated.
    Stated(RemotePolicy),
    /// Not stated.
    #[default]
    #[serde(serialize_with = "unspecified")]
    Unspecified,
}

fn unspecified<S: serde::Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("unspecified")
}

impl Prediction {
    /// The prediction of a reading. A follow-up that offers nothing new is no opportunity of its own.
    pub fn of(kind: Kind, facts: &Facts) -> Self {
        if kind != Kind::NewOpportunity {
            return Self::default();
        }
        let pay = facts.salary.as_ref().map(|field| &field.value);
        Self {
            is_opportunity: true,
            company: facts.company.as_ref().map(|field| field.value.clone()),
            role: facts.role.as_ref().map(|field| field.value.clone()),
            seniority: facts.seniority.as_ref().map(|field| field.value),
            tech_stack: facts.tech_stack.iter().map(|mention| mention.name.clone()).collect(),
            salary_min: pay.and_then(|pay| pay.min),
            salary_max: pay.and_then(|pay| pay.max),
            currency: pay.and_then(|pay| pay.currency.clone()),
            salary_period: pay.and_then(|pay| pay.period),
            remote_policy: facts
                .remote_policy
                .as_ref()
                .map_or(Policy::Unspecified, |field| Policy::Stated(field.value)),
            location: facts.location.as_ref().map(|field| field.value.clone()),
            employment_type: facts.employment_type.as_ref().map(|field| field.value),
        }
    }

    /// The same as fields by name, ready to be scored or written.
    pub fn labels(&self) -> Labels {
        match serde_json::to_value(self) {
            Ok(Value::Object(labels)) => labels,
            // Plain data with string keys always becomes an object.
            _ => Labels::new(),
        }
    }
}
