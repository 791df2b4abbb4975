//! The closed vocabularies that events, rows and answers share. A value is only ever added, never renamed: each is
//! part of frozen payloads.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Declares a closed vocabulary: the enum, its list and its wire name, which is also what the store keeps.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $wire:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $wire)] $variant),+ }

        impl $name {
            /// Every value, in the order declared.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name on the wire and in the store.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownValue;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|v| v.as_str() == name).ok_or_else(|| UnknownValue {
                    what: stringify!($name),
                    given: name.chars().take(80).collect(),
                    allowed: Self::ALL.iter().map(|v| v.as_str()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    };
}

/// A word outside a closed vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no {what}; one of: {allowed}")]
pub struct UnknownValue {
    what: &'static str,
    given: String,
    allowed: String,
}

vocabulary! {
    /// Who wrote the message: the other side, or the account's owner.
    Direction { Inbound = "inbound", Outbound = "outbound" }
}
vocabulary! {
    /// What a message is.
    Kind {
        /// Offers, or asks to talk about, paid work.
        NewOpportunity = "new_opportunity",
        /// Continues a conversation about an opportunity: a question, an answer, a reminder.
        FollowUp = "follow_up",
        /// Thanks, congratulations, a closing word.
        Courtesy = "courtesy",
        /// Sells something, or a newsletter.
        Promotion = "promotion",
        /// Asks for money, papers or a move to another channel under a pretext.
        Scam = "scam",
        /// Private or anything else; never reaches a model.
        Other = "other",
    }
}
vocabulary! {
    /// Where a score falls. The names are fixed; pages show their own words.
    Tier {
        /// 75 to 100.
        HighPriority = "HIGH_PRIORITY",
        /// 50 to 74.
        Interesante = "INTERESANTE",
        /// 30 to 49.
        PocoInteresante = "POCO_INTERESANTE",
        /// 0 to 29.
        NoInteresa = "NO_INTERESA",
    }
}
vocabulary! {
    /// What to do about an opportunity.
    Decision { Engage = "engage", Ask = "ask", Decline = "decline", Review = "review", Ignore = "ignore" }
}
vocabulary! {
    /// ISO 639-1 code of a message's language; `und` where it cannot be told.
    Language { En = "en", Es = "es", Pt = "pt", Fr = "fr", De = "de", It = "it", Und = "und" }
}
vocabulary! {
    /// Level named in words, lowest first.
    Seniority {
        Intern = "intern", Junior = "junior", Mid = "mid", Senior = "senior", Staff = "staff", Principal = "principal",
        Lead = "lead", Manager = "manager", Director = "director", Executive = "executive",
    }
}
vocabulary! {
    /// Where the work is done.
    RemotePolicy { Remote = "remote", Hybrid = "hybrid", Onsite = "onsite" }
}
vocabulary! {
    /// Form of employment; freelance is `contract`.
    EmploymentType { FullTime = "full_time", PartTime = "part_time", Contract = "contract", Internship = "internship" }
}
vocabulary! {
    /// What a pay figure is per.
    Period { Year = "year", Month = "month", Day = "day", Hour = "hour" }
}
vocabulary! {
    /// Whether a pay figure is before or after tax.
    PayBasis { Gross = "gross", Net = "net" }
}
vocabulary! {
    /// What read or wrote something.
    Engine { Rules = "rules", Llm = "llm", Merged = "merged", Template = "template", Person = "person" }
}
vocabulary! {
    /// What a follow-up asks for.
    QuestionType {
        Availability = "availability", Salary = "salary", Experience = "experience", Scheduling = "scheduling",
        Interest = "interest", Contact = "contact", Other = "other",
    }
}
vocabulary! {
    /// Something to know about a message beside its facts.
    Flag {
        /// Says too little for a good tier.
        Thin = "thin",
        /// Tries to give orders to a machine.
        Injection = "injection",
        /// Shows signs of fraud.
        ScamSigns = "scam_signs",
        /// Only a preview of the message.
        Partial = "partial",
        /// Offers several roles; the first is scored.
        SeveralRoles = "several_roles",
        /// An agency that does not name its client.
        ClientNotNamed = "client_not_named",
        /// Read without the model that was configured.
        Degraded = "degraded",
    }
}
vocabulary! {
    /// State of an opportunity; the persister alone changes it.
    Status {
        New = "new", AwaitingReview = "awaiting_review", Snoozed = "snoozed", Replied = "replied",
        Declined = "declined", Archived = "archived", Dismissed = "dismissed",
    }
}
vocabulary! {
    /// State of a reply; the persister alone changes it.
    ReplyState {
        Draft = "draft", Approved = "approved", Sending = "sending", Sent = "sent", Failed = "failed",
        Unknown = "unknown", Discarded = "discarded", Withdrawn = "withdrawn",
    }
}
vocabulary! {
    /// What one who is known may do, each more than the one before.
    Role {
        /// Reads.
        Viewer = "viewer",
        /// Reads, hands in messages, and decides about replies and opportunities.
        Reviewer = "reviewer",
        /// All of that, and changes what everything is judged by, erases, and mends the pipeline.
        Admin = "admin",
    }
}
vocabulary! {
    /// Why a message was not understood, or work on it given up: the reason code of a dead letter.
    Reason {
        /// The payload is not the event's JSON.
        Malformed = "malformed",
        /// A version this binary does not know; upgrade, then replay.
        UnsupportedVersion = "unsupported-version",
        /// A field is there but its value cannot be: see the detail.
        Invalid = "invalid",
        /// The message is over the size limit.
        TooLarge = "too-large",
        /// Still failing after the last attempt of the schedule.
        AttemptsExhausted = "attempts-exhausted",
        /// The handler panicked on every attempt.
        Panicked = "panicked",
        /// The handler took longer than its limit on every attempt.
        TimedOut = "timed-out",
    }
}

impl Tier {
    /// The tier of a total from 0 to 100 (75, 50 and 30 are the bounds).
    pub const fn of(total: u8) -> Self {
        match total {
            75.. => Self::HighPriority,
            50..=74 => Self::Interesante,
            30..=49 => Self::PocoInteresante,
            _ => Self::NoInteresa,
        }
    }

    /// Rank for ordering, 3 for the best.
    pub const fn rank(self) -> i16 {
        match self {
            Self::HighPriority => 3,
            Self::Interesante => 2,
            Self::PocoInteresante => 1,
            Self::NoInteresa => 0,
        }
    }

    /// Lowest total of the tier.
    pub const fn floor(self) -> u8 {
        match self {
            Self::HighPriority => 75,
            Self::Interesante => 50,
            Self::PocoInteresante => 30,
            Self::NoInteresa => 0,
        }
    }
}
