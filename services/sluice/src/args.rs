//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

/// Reads recruiter messages, scores each against your profile, drafts the reply, and shows it live.
#[derive(Debug, Parser)]
#[command(name = "sluice", version, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 bad use, 78 bad configuration.")]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What every verb knows.
#[derive(Debug, ClapArgs)]
pub(crate) struct Common {
    /// Configuration file (default: sluice.toml in this folder, if it is there)
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Folder for the data (default: the platform's data folder)
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Print JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run the whole system on this machine
    Up(Up),
    /// Run some stages against configured servers
    Run(Run),
    /// Read one message: fields with their words, score with its proof, draft. Nothing is stored or sent
    Read(Read),
    /// Import LinkedIn's messages.csv, the archive it comes in, or JSON lines
    Import(Import),
    /// Publish messages from standard input: text, a JSON object, or JSON lines
    Publish(Publish),
    /// Show how the pipeline stands
    Status(Status),
    /// Write, check, show or set the profile that messages are judged by
    Profile(Profile),
    /// Judge every stored opportunity again by the profile in force; no model is asked
    Rescore(Rescore),
    /// Bring the database up to date
    Migrate(Migrate),
    /// Compare or update the server's streams and consumers
    Topology(Topology),
    /// Make, list and revoke the tokens that programs and browsers come in with
    Token(Token),
    /// Add, list and disable accounts, each with an inbox of its own
    Account(Accounts),
    /// Say what is configured, reachable and wrong, and how to mend it
    Doctor,
    /// Say how well labelled messages are understood, field by field
    Eval(Eval),
    /// Make a better prompt from labelled messages, and say by how much on a part that had no say
    Optimize(Optimize),
    /// Ends a child with its parent
    #[command(hide = true)]
    Guard(Guard),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Up {
    /// Feed the sample inbox into an account and a folder of its own
    #[arg(long)]
    pub(crate) demo: bool,
    /// Open the page in a browser
    #[arg(long)]
    pub(crate) open: bool,
    /// Address of the page; port 0 chooses a free one (default: 127.0.0.1:8080)
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<String>,
    /// When a message is durable: before it is acknowledged, or (for benches) within two minutes
    #[arg(long, value_name = "always|fast", default_value = "always")]
    pub(crate) durability: Durability,
    /// Show what every part logs
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Durability {
    Always,
    Fast,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Run {
    /// Stages to run in this process
    #[arg(required = true, value_name = "STAGE")]
    pub(crate) stages: Vec<StageName>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum StageName {
    Analyzer,
    Scorer,
    Responder,
    Persister,
    Gateway,
}

impl StageName {
    /// Whether the stage cannot work without a database.
    pub(crate) const fn needs_database(&self) -> bool {
        matches!(self, Self::Scorer | Self::Persister | Self::Gateway)
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Read {
    /// File with the message, or - for standard input
    #[arg(default_value = "-", value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Profile to judge by (default: the one of `sluice profile set`)
    #[arg(long, value_name = "FILE", conflicts_with = "demo")]
    pub(crate) profile: Option<PathBuf>,
    /// Judge by the sample profile
    #[arg(long)]
    pub(crate) demo: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Import {
    /// messages.csv, LinkedIn's archive (.zip), or JSON lines
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Whose inbox it is, by profile address or name, where the guess is wrong
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) owner: Option<String>,
    /// Account to import into (default: that of the running system)
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Option<contract::Account>,
    /// Read the file and say what would be published, but publish nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Publish {
    /// Account whose inbox it is (default: that of the running system)
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Option<contract::Account>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Status {
    /// Show it anew every second
    #[arg(long)]
    pub(crate) watch: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Rescore {
    /// Account (default: that of the running system)
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Option<contract::Account>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Profile {
    #[command(subcommand)]
    pub(crate) verb: ProfileVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProfileVerb {
    /// Write a first profile from three answers (flags, or asked at the terminal), for you to correct
    Init(Init),
    /// Say every fault of a profile file
    Check { file: PathBuf },
    /// Print the profile in force
    Show {
        /// Account (default: that of the running system)
        #[arg(long)]
        account: Option<contract::Account>,
    },
    /// Check a profile file, put it in force, and re-score what is stored
    Set {
        file: PathBuf,
        /// Account (default: that of the running system)
        #[arg(long)]
        account: Option<contract::Account>,
    },
    /// Print a documented example to start from
    Example,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Init {
    /// File to write
    #[arg(default_value = "profile.yaml", value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// LinkedIn's archive: name, headline, place, skills, positions and languages are taken from it
    #[arg(long, value_name = "ARCHIVE.zip")]
    pub(crate) from: Option<PathBuf>,
    /// What you work with, as "Rust, Kafka, PostgreSQL"
    #[arg(long, value_name = "NAMES")]
    pub(crate) stack: Option<String>,
    /// Least pay, gross a year, as "60000 EUR"
    #[arg(long, value_name = "PAY")]
    pub(crate) pay: Option<String>,
    /// Where you would work: one or more of remote, hybrid, onsite
    #[arg(long, value_name = "POLICIES")]
    pub(crate) remote: Option<String>,
    /// Replace a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Migrate {
    /// Say what is pending, change nothing
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Token {
    #[command(subcommand)]
    pub(crate) verb: TokenVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenVerb {
    /// Make a token and print it, this once
    Create(TokenCreate),
    /// List tokens: id, account, role, name, state
    List,
    /// End a token and the sessions that it began
    Revoke {
        /// Its id, from `sluice token list`
        id: uuid::Uuid,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TokenCreate {
    /// What it is for
    #[arg(default_value = "token", value_name = "NAME")]
    pub(crate) name: String,
    /// Whose inbox it opens (default: gateway.account)
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Option<contract::Account>,
    /// viewer reads; reviewer decides about replies and opportunities; admin changes the profile, erases and replays
    #[arg(long, value_name = "viewer|reviewer|admin", default_value = "admin")]
    pub(crate) role: contract::Role,
    /// Days until it ends by itself (default: never)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(crate) days: Option<u32>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Accounts {
    #[command(subcommand)]
    pub(crate) verb: AccountVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountVerb {
    /// Add an account, or enable one again
    Add { name: contract::Account },
    /// List accounts: name, since when, state
    List,
    /// End an account's tokens; its data stays
    Disable { name: contract::Account },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Topology {
    #[command(subcommand)]
    pub(crate) verb: TopologyVerb,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum TopologyVerb {
    /// Create what is missing and update what differs
    Apply,
    /// Say what is missing or differs; status 1 if anything does
    Diff,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Eval {
    /// Messages, one JSON object a line: id, text, and gold where it is labelled
    #[arg(value_name = "DATA.jsonl")]
    pub(crate) file: PathBuf,
    /// What reads them: `llm` and `merged` ask the configured model
    #[arg(long, default_value = "rules")]
    pub(crate) engine: EvalEngine,
    /// Write what was read, one prediction a line
    #[arg(long, value_name = "OUT.jsonl")]
    pub(crate) predictions: Option<PathBuf>,
    /// List the messages of which one field was read otherwise than labelled
    #[arg(long, value_name = "FIELD", value_parser = crate::verb::eval::field)]
    pub(crate) errors: Option<String>,
    /// Figures for each group as well
    #[arg(long, value_name = "kind|language")]
    pub(crate) by: Option<EvalGroup>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum EvalEngine {
    Rules,
    Llm,
    Merged,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum EvalGroup {
    Kind,
    Language,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Optimize {
    /// Labelled messages, as for `sluice eval`; those of which the rules leave something open are used
    #[arg(value_name = "DATA.jsonl")]
    pub(crate) file: PathBuf,
    /// Prompt file to write (default: extract.vN.toml here, N after the version in use). Its examples are messages of DATA
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Share of the messages, in percent, that judges at the end and has no say before
    #[arg(long, value_name = "PERCENT", default_value_t = 34, value_parser = clap::value_parser!(u8).range(10..=80))]
    pub(crate) held_back: u8,
    /// Programs to try
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub(crate) candidates: usize,
    /// Most solved examples of a program
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub(crate) demonstrations: usize,
    /// File with other instructions to try; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) instructions: Vec<PathBuf>,
    /// Another number draws other parts and examples
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Guard {
    /// Program and arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) command: Vec<std::ffi::OsString>,
}
