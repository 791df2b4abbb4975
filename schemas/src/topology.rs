//! The tables of the bus: which streams there are, and which stage consumes what, how often and with how much in
//! flight. `bus` creates and compares the server's streams and consumers from these rows and from nothing else.

use std::time::Duration;

/// A stream.
#[derive(Clone, Copy, Debug)]
pub struct StreamSpec {
    /// Bare name, before the prefix.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// Subject patterns between prefix and account; `None` for the server's own advisories.
    pub patterns: Option<&'static [&'static str]>,
    /// A work queue deletes what is acknowledged; a log keeps it for `max_age`.
    pub retention: Retention,
    /// How long messages are kept.
    pub max_age: Duration,
    /// Size at which the producer gets an error instead of an acknowledgement.
    pub max_bytes: i64,
}

impl StreamSpec {
    /// Whether one of its patterns covers an event type (`opportunities.*` covers `opportunities.scored`).
    pub fn takes(&self, event_type: &str) -> bool {
        let covers = |pattern: &&'static str| {
            pattern.split('.').count() == event_type.split('.').count()
                && pattern.split('.').zip(event_type.split('.')).all(|(p, token)| p == "*" || p == token)
        };
        self.patterns.is_some_and(|patterns| patterns.iter().any(covers))
    }
}

/// How long a stream keeps a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// Until `max_age`, whoever has read it.
    Limits,
    /// Until acknowledged.
    WorkQueue,
}

/// How a consumer shares its stage's permits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// As many permits as the stage's row says.
    Live,
    /// Half as many, of its own, so that a backlog never delays the live lane.
    Bulk,
}

/// A durable consumer of a stage.
#[derive(Clone, Copy, Debug)]
pub struct ConsumerSpec {
    /// Bare durable name, before the prefix.
    pub name: &'static str,
    /// Bare name of its stream.
    pub stream: &'static str,
    /// Subject patterns it takes.
    pub patterns: &'static [&'static str],
    /// Its share of the permits.
    pub lane: Lane,
}

/// A stage: a service that consumes and publishes.
#[derive(Clone, Copy, Debug)]
pub struct StageSpec {
    /// Its name in subjects, metrics and on the command line.
    pub name: &'static str,
    /// What it does, in a line.
    pub description: &'static str,
    /// What it consumes.
    pub consumers: &'static [ConsumerSpec],
    /// Event types it publishes.
    pub publishes: &'static [&'static str],
    /// Messages (or batches) in work at once in one process.
    pub permits: usize,
    /// Most messages in one batch; 1 for a stage that takes them singly.
    pub batch: usize,
    /// A delivery is another's again after this long without a sign of life; progress goes out every third of it.
    pub ack_wait: Duration,
    /// Longest a handler may take.
    pub timeout: Duration,
}

/// Delays before the second, third, … delivery; one delivery more than delays, then the dead letters.
pub const RETRY_SCHEDULE: &[Duration] = &[
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(120),
    Duration::from_secs(600),
];

/// The server forgets a message id after this long: more than the sum of [`RETRY_SCHEDULE`].
pub const DUPLICATE_WINDOW: Duration = Duration::from_secs(20 * 60);

const DAY: u64 = 24 * 60 * 60;
const GIB: i64 = 1024 * 1024 * 1024;

/// Bare name of the log of events.
pub const EVENTS: &str = "EVENTS";
/// Bare name of the work queue of commands.
pub const COMMANDS: &str = "COMMANDS";
/// Bare name of the dead letters.
pub const DEAD_LETTERS: &str = "DEAD_LETTERS";
/// Bare name of the server's advisories about deliveries given up.
pub const ADVISORIES: &str = "ADVISORIES";

/// Every stream.
pub const STREAMS: &[StreamSpec] = &[
    StreamSpec {
        name: EVENTS,
        description: "Every event of every account, in one sequence",
        patterns: Some(&["messages.*", "opportunities.*", "replies.*", "outcomes.*", "imports.*"]),
        retention: Retention::Limits,
        max_age: Duration::from_secs(90 * DAY),
        max_bytes: 8 * GIB,
    },
    StreamSpec {
        name: COMMANDS,
        description: "What persons and stages ask of the owner of a verb",
        patterns: Some(&["commands.*"]),
        retention: Retention::WorkQueue,
        max_age: Duration::from_secs(90 * DAY),
        max_bytes: GIB,
    },
    StreamSpec {
        name: DEAD_LETTERS,
        description: "Events given up, whole, with the reason",
        patterns: Some(&["dead.*"]),
        retention: Retention::Limits,
        max_age: Duration::from_secs(180 * DAY),
        max_bytes: GIB,
    },
    StreamSpec {
        name: ADVISORIES,
        description: "The server's word on deliveries that ended without an acknowledgement",
        patterns: None,
        retention: Retention::Limits,
        max_age: Duration::from_secs(180 * DAY),
        max_bytes: GIB / 4,
    },
];

/// Key-value bucket with each account's profile.
pub const PROFILES: &str = "PROFILES";
/// Key-value bucket for what may happen once, by create-if-absent.
pub const CLAIMS: &str = "CLAIMS";

/// Key-value bucket with what models cost, a book for each month.
pub const SPENDING: &str = "SPENDING";

/// Every bucket and the number of revisions it keeps.
pub const BUCKETS: &[(&str, &str, i64)] = &[
    (PROFILES, "Each account's profile, the store of record", 64),
    (CLAIMS, "What may happen once", 1),
    (SPENDING, "What models cost, month by month", 1),
];

/// Name of the analyzer in subjects and tables; likewise below.
pub const ANALYZER: &str = "analyzer";
/// See [`ANALYZER`].
pub const SCORER: &str = "scorer";
/// See [`ANALYZER`].
pub const RESPONDER: &str = "responder";
/// See [`ANALYZER`].
pub const PERSISTER: &str = "persister";

const ACK_WAIT: Duration = Duration::from_secs(30);

/// Every stage.
pub const STAGES: &[StageSpec] = &[
    StageSpec {
        name: ANALYZER,
        description: "reads a message: kind, language, facts with evidence",
        consumers: &[
            ConsumerSpec { name: "analyzer", stream: EVENTS, patterns: &["messages.received"], lane: Lane::Live },
            ConsumerSpec {
                name: "analyzer-backfill",
                stream: EVENTS,
                patterns: &["messages.backfilled"],
                lane: Lane::Bulk,
            },
        ],
        publishes: &["opportunities.analyzed", "messages.dismissed"],
        permits: 64,
        batch: 1,
        ack_wait: ACK_WAIT,
        timeout: Duration::from_secs(120),
    },
    StageSpec {
        name: SCORER,
        description: "judges facts against the profile",
        consumers: &[
            ConsumerSpec { name: "scorer", stream: EVENTS, patterns: &["opportunities.analyzed"], lane: Lane::Live },
            ConsumerSpec {
                name: "scorer-commands",
                stream: COMMANDS,
                patterns: &["commands.rescore"],
                lane: Lane::Bulk,
            },
        ],
        publishes: &["opportunities.scored", "opportunities.rescored", "commands.rescore"],
        permits: 64,
        batch: 1,
        ack_wait: ACK_WAIT,
        timeout: Duration::from_secs(60),
    },
    StageSpec {
        name: RESPONDER,
        description: "drafts the reply",
        consumers: &[ConsumerSpec {
            name: "responder",
            stream: EVENTS,
            patterns: &["opportunities.scored"],
            lane: Lane::Live,
        }],
        publishes: &["replies.drafted"],
        permits: 64,
        batch: 1,
        ack_wait: ACK_WAIT,
        timeout: Duration::from_secs(120),
    },
    StageSpec {
        name: PERSISTER,
        description: "writes everything, alone",
        consumers: &[
            ConsumerSpec {
                name: "persister",
                stream: EVENTS,
                patterns: &[
                    "messages.dismissed",
                    "opportunities.scored",
                    "opportunities.rescored",
                    "replies.drafted",
                    "replies.sent",
                    "replies.failed",
                    "imports.progressed",
                ],
                lane: Lane::Live,
            },
            ConsumerSpec {
                name: "persister-commands",
                stream: COMMANDS,
                patterns: &[
                    "commands.approve",
                    "commands.edit",
                    "commands.discard",
                    "commands.undo",
                    "commands.mark-sent",
                    "commands.retry",
                    "commands.snooze",
                    "commands.archive",
                    "commands.restore",
                    "commands.annotate",
                    "commands.join",
                    "commands.unjoin",
                    "commands.due",
                    // Nobody does these yet: refused, so that whoever asks learns of it.
                    "commands.erase",
                    "commands.reanalyze",
                    "commands.scrape",
                ],
                lane: Lane::Live,
            },
        ],
        publishes: &[
            "opportunities.stored",
            "commands.rescore",
            "commands.due",
            "outcomes.refused",
            "replies.approved",
        ],
        permits: 2,
        batch: 256,
        ack_wait: ACK_WAIT,
        timeout: Duration::from_secs(60),
    },
];

/// The row of a stage.
pub fn stage(name: &str) -> Option<&'static StageSpec> {
    STAGES.iter().find(|stage| stage.name == name)
}
