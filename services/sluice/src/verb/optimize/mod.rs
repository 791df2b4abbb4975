//! `sluice optimize DATA.jsonl`: a better prompt from labelled messages. Solved examples are made from one part of them,
//! chosen by another, and judged by a third that had no say. The result is a new prompt file; nothing else changes.

mod journal;
mod lesson;
mod trial;

use std::{
    fs,
    path::{Path, PathBuf},
};

use analyzer::ModelEngine;
use kit_eval::Dataset;
use kit_llm::extract::Extract;
use kit_runtime::Config;
use prometheus_client::registry::Registry;
use serde::Serialize;
use uuid::Uuid;

use self::{
    journal::Journal,
    lesson::{Lesson, demonstration},
    trial::{Score, Trial},
};
use super::{remark, say, say_json};
use crate::{
    args::{Common, Optimize},
    failure::Failure,
    model::Models,
};

/// Fewest messages of each part: with less, chance decides.
const FEWEST: usize = 4;

/// What came of it.
#[derive(Debug, Serialize)]
struct Outcome {
    /// Labelled messages of which the rules leave something open, by part.
    messages: Parts,
    /// Programs tried beside the one in use.
    candidates: usize,
    /// On the part that chose.
    chosen_by: BeforeAfter,
    /// On the part that had no say.
    held_back: BeforeAfter,
    /// The new prompt file; none where it is no better.
    written: Option<PathBuf>,
    version: Option<u32>,
}

#[derive(Debug, Serialize)]
struct Parts {
    examples: usize,
    choice: usize,
    held_back: usize,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct BeforeAfter {
    before: Score,
    after: Score,
}

pub(crate) async fn run(common: &Common, args: Optimize) -> Result<(), Failure> {
    let lessons = lessons(&args.file, args.seed)?;
    let engine = engine(common).await?;
    let out = out(&args, engine.program());
    if out.exists() {
        return Err(Failure::failed(format!("{} is there already; name another with --out", out.display())));
    }
    let journal = Journal::open(&out, &args.file)?;
    let (held_back, rest) = lessons.split_at(lessons.len() * usize::from(args.held_back) / 100);
    let (examples, choice) = rest.split_at(rest.len() / 2);
    for (part, name) in [(examples, "to learn from"), (choice, "to choose by"), (held_back, "held back")] {
        if part.len() < FEWEST {
            return Err(Failure::failed(format!(
                "{} labelled messages {name}, of {} that leave something open; {FEWEST} are needed",
                part.len(),
                lessons.len()
            )));
        }
    }
    let mut trial = Trial::new(&engine, journal);
    let candidates = candidates(&mut trial, &engine, examples, &args).await?;
    let before = trial.score(&engine, choice).await?;
    remark(format!("the program in use, version {}: {before}", engine.program().version));
    let mut best: Option<(ModelEngine, Score)> = None;
    for (index, program) in candidates.iter().enumerate() {
        let candidate = engine.with_program(program.clone()).map_err(Failure::failed)?;
        let score = trial.score(&candidate, choice).await?;
        remark(format!("candidate {} of {}: {score}", index + 1, candidates.len()));
        if score.beats(best.as_ref().map_or(before, |(_, best)| *best)) {
            best = Some((candidate, score));
        }
    }
    let held = trial.score(&engine, held_back).await?;
    let mut outcome = Outcome {
        messages: Parts { examples: examples.len(), choice: choice.len(), held_back: held_back.len() },
        candidates: candidates.len(),
        chosen_by: BeforeAfter { before, after: before },
        held_back: BeforeAfter { before: held, after: held },
        written: None,
        version: None,
    };
    if let Some((winner, score)) = best {
        outcome.chosen_by.after = score;
        outcome.held_back.after = trial.score(&winner, held_back).await?;
        if !held.beats(outcome.held_back.after) {
            write(&out, winner.program())?;
            outcome.version = Some(winner.program().version);
            outcome.written = Some(out);
        }
    }
    trial.finish()?;
    report(common, &outcome)
}

/// The labelled messages that a model would be asked about, in an order of the seed's.
fn lessons(file: &Path, seed: u64) -> Result<Vec<Lesson>, Failure> {
    let name = file.display();
    let bytes = fs::read(file).map_err(|e| Failure::failed(format!("{name}: {e}")))?;
    let dataset = Dataset::read(&bytes);
    for bad in &dataset.bad {
        remark(format!("{name}: line {}: {}; left out", bad.line, bad.fault));
    }
    let mut lessons: Vec<Lesson> = dataset.messages.into_iter().filter_map(Lesson::of).collect();
    lessons.sort_by_key(|lesson| draw(seed, 0, &lesson.name));
    Ok(lessons)
}

/// A number drawn for a name: the same for the same seed and round, on every machine.
fn draw(seed: u64, round: usize, name: &str) -> u128 {
    Uuid::new_v5(&Uuid::from_u128(u128::from(seed)), format!("{round}:{name}").as_bytes()).as_u128()
}

async fn engine(common: &Common) -> Result<ModelEngine, Failure> {
    let config = Config::load(common.config.as_deref())?;
    let mut registry = Registry::default();
    let cache = kit_cache::Metrics::register(&mut registry);
    let engine = Models::register(&mut registry, None).reader(&config, &cache).await?.ok_or_else(|| {
        Failure::configuration("no model is configured to optimize for; set llm.provider and llm.model")
    })?;
    engine.llm().probe().await.map_err(Failure::failed)?;
    Ok(engine)
}

fn out(args: &Optimize, program: &Extract) -> PathBuf {
    args.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.v{}.toml", program.name, program.version + 1)))
}

/// Programs with solved examples drawn from the messages to learn from, under each of the instructions in turn.
async fn candidates(
    trial: &mut Trial,
    engine: &ModelEngine,
    examples: &[Lesson],
    args: &Optimize,
) -> Result<Vec<Extract>, Failure> {
    let mut solved = Vec::new();
    for lesson in examples {
        let answer = trial.answer(engine, lesson).await?;
        solved.extend(demonstration(lesson, answer).map(|example| (lesson.name.as_str(), example)));
    }
    remark(format!("{} of {} messages make a solved example", solved.len(), examples.len()));
    let mut instructions = vec![engine.program().instructions.clone()];
    for file in &args.instructions {
        instructions.push(fs::read_to_string(file).map_err(|e| Failure::failed(format!("{}: {e}", file.display())))?);
    }
    let mut programs: Vec<Extract> = Vec::new();
    for round in 1..=args.candidates {
        solved.sort_by_key(|(name, _)| draw(args.seed, round, name));
        // The number of examples varies too: a small model is soon lost in many.
        let number = 1 + (round - 1) % args.demonstrations.max(1);
        let mut program = engine.program().clone();
        program.version += 1;
        program.instructions = instructions[round % instructions.len()].clone();
        program.demonstrations = solved.iter().take(number).map(|(_, example)| example.clone()).collect();
        if !program.demonstrations.is_empty() && !programs.contains(&program) {
            programs.push(program);
        }
    }
    Ok(programs)
}

/// Whole or not at all, and readable again.
fn write(out: &Path, program: &Extract) -> Result<(), Failure> {
    let text = program.to_toml().map_err(Failure::failed)?;
    Extract::from_toml(&text).map_err(Failure::failed)?;
    let text = format!(
        "# Made by `sluice optimize`. Its examples are messages of the labelled file. In use once llm.analyzer.prompt \
         names this file.\n{text}"
    );
    let fresh = out.with_extension("toml.new");
    fs::write(&fresh, text)
        .and_then(|()| fs::rename(&fresh, out))
        .map_err(|e| Failure::failed(format!("{}: {e}", out.display())))
}

fn report(common: &Common, outcome: &Outcome) -> Result<(), Failure> {
    if common.json {
        return say_json(outcome);
    }
    let Outcome { messages, chosen_by, held_back, written, .. } = outcome;
    say(format!(
        "messages that leave something open: {} to learn from, {} to choose by, {} held back",
        messages.examples, messages.choice, messages.held_back
    ))?;
    say(format!("chosen by:  before {}\n            after  {}", chosen_by.before, chosen_by.after))?;
    say(format!("held back:  before {}\n            after  {}", held_back.before, held_back.after))?;
    match written {
        Some(file) => say(format!("written: {0}\nto use it: llm.analyzer.prompt = \"{0}\"", file.display())),
        None => say("no candidate is better; nothing is written"),
    }
}
