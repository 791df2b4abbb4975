//! `sluice eval DATA.jsonl`: how well messages are understood. Reads each message of a file, compares with its label
//! where it has one, and says the figures. No server, nothing stored.

use std::{collections::BTreeMap, fs, io::Write as _, path::Path};

use analyzer::{Analyzer, ModelEngine, may_see};
use chrono::Utc;
use contract::{
    Account, Facts, Flag, Kind, Message, MessageReceived,
    intake::{Receipt, resolve},
};
use futures::{StreamExt as _, stream};
use kit_eval::{Dataset, Labelled, Labels, MACRO, Pair, Prediction, Report};
use kit_runtime::Config;
use prometheus_client::registry::Registry;
use serde_json::{Value, json};

use super::{remark, say, say_json};
use crate::{
    args::{Common, Eval, EvalEngine, EvalGroup},
    failure::Failure,
    model::Models,
};

pub(crate) async fn run(common: &Common, args: Eval) -> Result<(), Failure> {
    let name = args.file.display();
    let bytes = fs::read(&args.file).map_err(|e| Failure::failed(format!("{name}: {e}")))?;
    let dataset = Dataset::read(&bytes);
    let mut skipped: Vec<Value> = Vec::new();
    let mut skip = |line: usize, why: &str| {
        remark(format!("{name}: line {line}: {why}"));
        skipped.push(json!({"line": line, "why": why}));
    };
    for bad in &dataset.bad {
        skip(bad.line, &format!("{}; left out", bad.fault));
    }
    if dataset.messages.is_empty() {
        return Err(Failure::failed(format!("{name} holds no message; a line is {{\"id\": …, \"text\": …}}")));
    }
    let reader = Reader::of(common, args.engine).await?;
    let predictions = stream::iter(&dataset.messages).map(|message| predict(message, &reader));
    // No more at once than the model takes, so that none waits for its place.
    let mut predictions = predictions.buffered(reader.at_once());
    let mut read: Vec<Read> = Vec::new();
    for message in &dataset.messages {
        let Some(predicted) = predictions.next().await else { break };
        let predicted = predicted.map_err(|why| skip(message.line, &format!("{why}; no prediction")));
        read.push(Read { name: message.name(), message, predicted: predicted.ok() });
    }
    if let Some(file) = &args.predictions {
        write(file, &read).map_err(|e| Failure::failed(format!("{}: {e}", file.display())))?;
    }
    report(common, &args, &read, skipped)
}

/// A message and what was made of it.
struct Read<'a> {
    name: String,
    message: &'a Labelled,
    /// `None` where the system would not take the message: that counts as every field empty.
    predicted: Option<Labels>,
}

/// What reads the messages.
enum Reader {
    Rules,
    /// The model, where it may see the message.
    Model(ModelEngine),
    /// Both, as the analyzer does it.
    Merged(ModelEngine, Box<Analyzer>),
}

impl Reader {
    async fn of(common: &Common, engine: EvalEngine) -> Result<Self, Failure> {
        if matches!(engine, EvalEngine::Rules) {
            return Ok(Self::Rules);
        }
        let config = Config::load(common.config.as_deref())?;
        let mut registry = Registry::default();
        let cache = kit_cache::Metrics::register(&mut registry);
        let mut models = Models::register(&mut registry, None);
        let model = models.reader(&config, &cache).await?.ok_or_else(|| {
            Failure::configuration("no model is configured; set llm.provider and llm.model, or use --engine rules")
        })?;
        model.llm().probe().await.map_err(Failure::failed)?;
        Ok(match engine {
            EvalEngine::Merged => Self::Merged(model.clone(), Box::new(Analyzer::with_model(model))),
            _ => Self::Model(model),
        })
    }

    fn at_once(&self) -> usize {
        match self {
            Self::Rules => 1,
            Self::Model(model) | Self::Merged(model, _) => model.llm().config().concurrency,
        }
    }

    /// A message that the model did not help with has no prediction: the figures are those of the engine named.
    async fn read(&self, message: &Message) -> Result<(Kind, Facts), String> {
        let reading = match self {
            Self::Rules => analyzer::read(message),
            Self::Model(model) => {
                let rules = analyzer::read(message);
                if !may_see(message, &rules) {
                    return Ok((rules.kind, Facts::default()));
                }
                let proven = model.read(message, &[]).await.map_err(|e| e.to_string())?;
                return Ok((proven.kind.unwrap_or(rules.kind), proven.facts));
            }
            Self::Merged(_, analyzer) => analyzer.understand(message).await.reading,
        };
        match reading.flags.contains(&Flag::Degraded) {
            true => Err("the model did not help".to_owned()),
            false => Ok((reading.kind, reading.facts)),
        }
    }
}

/// Reads a message as the analyzer would.
async fn predict(message: &Labelled, reader: &Reader) -> Result<Labels, String> {
    let received =
        MessageReceived { subject: message.subject.clone(), text: message.text.clone(), ..MessageReceived::default() };
    let (now, account) = (Utc::now(), Account::me());
    let receipt = Receipt { account: &account, time: now, received_at: now, backfilled: false };
    let message = resolve(received, receipt).map_err(|refused| refused.to_string())?;
    let (kind, facts) = reader.read(&message).await?;
    Ok(Prediction::of(kind, &facts).labels())
}

/// One prediction a line, under the id of its message.
fn write(file: &Path, read: &[Read<'_>]) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(fs::File::create(file)?);
    for Read { message, predicted, .. } in read {
        if let Some(predicted) = predicted {
            let mut line = predicted.clone();
            line.insert("id".to_owned(), message.id.clone());
            writeln!(out, "{}", Value::Object(line))?;
        }
    }
    out.flush()
}

fn report(common: &Common, args: &Eval, read: &[Read<'_>], skipped: Vec<Value>) -> Result<(), Failure> {
    let labelled: Vec<&Read<'_>> = read.iter().filter(|read| read.message.gold.is_some()).collect();
    let whole = compare(&labelled);
    let mut groups: BTreeMap<&str, Vec<&Read<'_>>> = BTreeMap::new();
    for read in labelled.iter().filter(|_| args.by.is_some()) {
        let group = match args.by {
            Some(EvalGroup::Language) => read.message.language.as_deref(),
            _ => read.message.kind(),
        };
        groups.entry(group.unwrap_or("none")).or_default().push(read);
    }
    let groups: BTreeMap<&str, Report> = groups.into_iter().map(|(group, read)| (group, compare(&read))).collect();
    let misses: Vec<_> = whole.misses.iter().filter(|miss| args.errors.as_deref() == Some(miss.field)).collect();
    if common.json {
        let mut figures = serde_json::to_value(&whole).map_err(Failure::failed)?;
        figures["read"] = json!(read.len());
        figures["without_prediction"] = json!(labelled.iter().filter(|read| read.predicted.is_none()).count());
        figures["skipped"] = Value::Array(skipped);
        if args.by.is_some() {
            figures["by"] = serde_json::to_value(&groups).map_err(Failure::failed)?;
        }
        if args.errors.is_some() {
            figures["errors"] = serde_json::to_value(&misses).map_err(Failure::failed)?;
        }
        return say_json(&figures);
    }
    if labelled.is_empty() {
        return say(format!("{} messages read; none has a label (`gold`), so there are no figures", read.len()));
    }
    say(whole.to_string())?;
    for (group, report) in &groups {
        say(format!("\n{group}: {report}"))?;
    }
    for miss in misses {
        say(format!("{}\tlabel: {}\tpredicted: {}", miss.id, miss.gold, miss.predicted))?;
    }
    Ok(())
}

fn compare(read: &[&Read<'_>]) -> Report {
    kit_eval::score(read.iter().filter_map(|read| {
        let gold = read.message.gold.as_ref()?;
        Some(Pair { id: &read.name, gold, predicted: read.predicted.as_ref() })
    }))
}

/// A field that has an own list of misses.
pub(crate) fn field(name: &str) -> Result<String, String> {
    match kit_eval::FIELDS.contains(&name) {
        true => Ok(name.to_owned()),
        false => Err(format!("no field of a label; one of: {}", MACRO.join(", "))),
    }
}
