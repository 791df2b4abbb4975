//! The profile: who the account's owner is and what they look for. `data/profile.example.yaml` documents every key;
//! [`Profile::parse`] is the one door, and names every fault of a text at once.

mod check;
mod lines;
mod parse;
pub mod starter;

use chrono::{NaiveTime, Weekday};
use contract::{EmploymentType, RemotePolicy, Seniority};
use serde::{Deserialize, Serialize};

pub use lines::line_of;
pub use parse::{MAX_BYTES, ProfileFault, ProfileFaults};

/// A documented profile to start from.
pub const EXAMPLE: &str = include_str!("../data/profile.example.yaml");

/// What a person says of themselves. Only `technologies`, `salary` and `remote_policy` are required.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Name, as replies are signed.
    #[serde(default)]
    pub name: Option<String>,
    /// One line on what the person does.
    #[serde(default)]
    pub headline: Option<String>,
    /// Languages spoken, ISO 639 codes, best first.
    #[serde(default)]
    pub languages: Vec<String>,
    /// What the person works with.
    #[serde(default)]
    pub technologies: Vec<Technology>,
    /// Present level.
    #[serde(default)]
    pub seniority: Option<Seniority>,
    /// Years in the profession.
    #[serde(default)]
    pub years: Option<u8>,
    /// Pay wanted, gross a year.
    #[serde(default)]
    pub salary: SalaryWish,
    /// Where the person works.
    #[serde(default)]
    pub remote_policy: RemoteWish,
    /// Places where the person works on site or lives, and regions that count as home: `Madrid`, `Spain`, `EU`.
    #[serde(default)]
    pub locations: Vec<String>,
    /// Whether the person would move.
    #[serde(default)]
    pub relocation: bool,
    /// Most working days a week.
    #[serde(default)]
    pub work_week_days: Option<u8>,
    /// Accepted forms of employment; empty accepts all.
    #[serde(default)]
    pub employment_types: Vec<EmploymentType>,
    /// Least share of the job's stack, in percent of the 40 points, below which the job is out.
    #[serde(default)]
    pub minimum_stack_share: Option<u8>,
    /// What kind of company is favoured.
    #[serde(default)]
    pub company: CompanyWish,
    /// Companies that get full points.
    #[serde(default)]
    pub favourite_companies: Vec<String>,
    /// Companies and agencies that are out.
    #[serde(default)]
    pub blocked_companies: Vec<String>,
    /// Words that put a job out wherever the message says them, unless it denies them.
    #[serde(default)]
    pub reject_if: Vec<String>,
    /// Words that a job should say; their absence is shown, never a veto.
    #[serde(default)]
    pub must_have: Vec<String>,
    /// What would be welcome: shown in the proof where the message says it, without points.
    #[serde(default)]
    pub nice_to_have: Vec<String>,
    /// How much the person is looking.
    #[serde(default)]
    pub search_status: SearchStatus,
    /// Where the person stands, in a sentence of their own.
    #[serde(default)]
    pub situation: Option<String>,
    /// Notice period.
    #[serde(default)]
    pub notice_period_days: Option<u16>,
    /// What replies may tell.
    #[serde(default)]
    pub disclosure: Disclosure,
    /// The facts that `disclosure` guards, where the person gives them at all.
    #[serde(default)]
    pub contact: Contact,
    /// How replies are written.
    #[serde(default)]
    pub reply: ReplyStyle,
    /// IANA name, `Europe/Madrid`: the call windows are in it.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// When a call suits.
    #[serde(default)]
    pub call_windows: Vec<CallWindow>,
    /// Page at which a call can be booked.
    #[serde(default)]
    pub scheduling_link: Option<String>,
    /// An older message gets no reply: it is history.
    #[serde(default = "three_weeks")]
    pub reply_within_days: u16,
}

const fn three_weeks() -> u16 {
    21
}

/// A technology of the person. In the file also a bare name: `- Rust`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Technology {
    /// Name; any common spelling.
    pub name: String,
    /// How well.
    pub level: Level,
    /// For how long.
    pub years: Option<u8>,
}

/// How well a technology is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Could start on Monday.
    #[default]
    Known,
    /// Has touched it.
    Basic,
}

/// Pay wanted: gross a year, whole units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SalaryWish {
    /// Below it a job is out.
    pub minimum: i64,
    /// Full points from here; a quarter above the minimum where not given.
    #[serde(default)]
    pub ideal: Option<i64>,
    /// ISO 4217 code.
    pub currency: String,
}

impl SalaryWish {
    /// The ideal, or what stands in for it.
    pub fn ideal(&self) -> i64 {
        self.ideal.unwrap_or_else(|| self.minimum.saturating_add(self.minimum / 4))
    }
}

/// Where the person works.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoteWish {
    /// Accepted policies, at least one.
    pub accepted: Vec<RemotePolicy>,
    /// Most office days a week of a hybrid job.
    #[serde(default)]
    pub max_office_days: Option<u8>,
}

/// What kind of company is favoured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompanyWish {
    /// In the person's words: `startup`, `50-200`. Read where a profile has it, asked for nowhere: messages seldom tell a
    /// size, so nothing is judged by it.
    #[serde(default)]
    pub sizes: Vec<String>,
    /// English, as `robotics`.
    #[serde(default)]
    pub industries: Vec<String>,
}

/// How much the person is looking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchStatus {
    /// Wants a new job.
    Active,
    /// Open to a good one.
    #[default]
    Passive,
    /// Only for something special.
    Selective,
    /// Not now.
    NotLooking,
}

/// What replies may tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Disclosure {
    /// The minimum salary.
    pub salary: Policy,
    /// The notice period.
    pub notice: Policy,
    /// `contact.phone`.
    pub phone: Policy,
    /// `contact.email`.
    pub email: Policy,
    /// `contact.cv_link`.
    pub cv: Policy,
}

impl Default for Disclosure {
    fn default() -> Self {
        let never = Policy::Never;
        Self { salary: never, notice: Policy::OnRequest, phone: never, email: never, cv: never }
    }
}

/// When a fact may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Not in any reply.
    Never,
    /// Where the other side asks for it.
    OnRequest,
    /// Unasked too.
    Always,
}

/// Contact facts. Only what stands here can ever be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Contact {
    /// Phone number, as it is to be written.
    pub phone: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Web address of the CV.
    pub cv_link: Option<String>,
}

/// How replies are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReplyStyle {
    /// Form of address in Spanish; where not given, as the sender does.
    pub register: Option<Register>,
    /// Closing line; where not given, none.
    pub signature: Option<String>,
}

/// Form of address in Spanish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Register {
    /// Informal.
    Tu,
    /// Formal.
    Usted,
    /// Informal of the River Plate.
    Vos,
}

/// A time of the week at which a call suits, in the profile's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallWindow {
    /// `tuesday` or `tue`.
    pub day: Weekday,
    /// `17:00`.
    #[serde(with = "parse::hour_minute")]
    pub from: NaiveTime,
    /// `18:30`.
    #[serde(with = "parse::hour_minute")]
    pub to: NaiveTime,
}
