//! Measures a program: each question as the analyzer would ask it, each answer through the bar of proof, and the share
//! of the open fields that come out as labelled.

use std::fmt;

use analyzer::{ModelEngine, Understanding, proven};
use kit_eval::{Labels, Pair, Prediction};
use kit_llm::extract::ExtractOut;
use serde::Serialize;

use super::{
    journal::Journal,
    lesson::{Lesson, label},
};
use crate::{failure::Failure, verb::remark};

/// How a program did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(super) struct Score {
    /// Open fields that a label speaks of.
    asked: usize,
    /// Those that came out as labelled, rightly empty ones included.
    right: usize,
    /// The rules and the model together on these messages, as `sluice eval` says it.
    merged: f64,
    /// Messages of which the model gave no answer of use.
    unanswered: usize,
}

impl Score {
    /// More open fields are right; of two alike, the one that serves the whole better.
    pub(super) fn beats(self, other: Self) -> bool {
        (self.right, self.merged) > (other.right, other.merged)
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { asked, right, merged, .. } = self;
        write!(f, "{right} of {asked} open fields right, macro mean of the messages {merged:.3}")
    }
}

/// A model that is asked each question once.
#[derive(Debug)]
pub(super) struct Trial {
    model: String,
    journal: Journal,
    asked: usize,
}

impl Trial {
    pub(super) fn new(engine: &ModelEngine, journal: Journal) -> Self {
        if journal.len() > 0 {
            remark(format!("going on with {} answers of an earlier run", journal.len()));
        }
        Self { model: engine.llm().config().model.clone(), journal, asked: 0 }
    }

    /// The model's answer; `None` where it gave nothing of use.
    pub(super) async fn answer(
        &mut self,
        engine: &ModelEngine,
        lesson: &Lesson,
    ) -> Result<Option<ExtractOut>, Failure> {
        let key = Journal::key(engine.digest(), &self.model, &lesson.question);
        if let Some(held) = self.journal.get(key) {
            return Ok(held.clone());
        }
        let answer = match engine.ask(&lesson.question).await {
            Ok(answer) => Some(answer),
            Err(error) if error.is_of_the_answer() => None,
            Err(error) => {
                return Err(Failure::failed(format!("{error}. What was answered is kept; the same command goes on")));
            }
        };
        self.journal.put(key, answer.clone())?;
        self.asked += 1;
        if self.asked.is_multiple_of(10) {
            remark(format!("{} questions asked", self.asked));
        }
        Ok(answer)
    }

    pub(super) async fn score(&mut self, engine: &ModelEngine, lessons: &[Lesson]) -> Result<Score, Failure> {
        let mut score = Score::default();
        let mut predicted: Vec<Labels> = Vec::new();
        for lesson in lessons {
            let answer = self.answer(engine, lesson).await?;
            score.unanswered += usize::from(answer.is_none());
            let labels = merged(lesson, &answer.unwrap_or_default(), engine.program().version);
            let pair = Pair { id: &lesson.name, gold: &lesson.gold, predicted: Some(&labels) };
            let misses = kit_eval::score([pair]).misses;
            let open: Vec<&str> = lesson.question.find.iter().filter_map(|field| label(*field)).collect();
            score.asked += open.len();
            score.right += open.iter().filter(|field| !misses.iter().any(|miss| miss.field == **field)).count();
            predicted.push(labels);
        }
        score.merged = kit_eval::score(lessons.iter().zip(&predicted).map(|(lesson, labels)| Pair {
            id: &lesson.name,
            gold: &lesson.gold,
            predicted: Some(labels),
        }))
        .mean;
        Ok(score)
    }

    /// Leaves nothing behind.
    pub(super) fn finish(self) -> Result<(), Failure> {
        self.journal.remove()
    }
}

/// The message as the analyzer would understand it with this answer.
fn merged(lesson: &Lesson, answer: &ExtractOut, version: u32) -> Labels {
    let Lesson { reading, message, .. } = lesson;
    let understood = Understanding::merged(reading.clone(), proven(message, answer), message, version);
    Prediction::of(understood.reading.kind, &understood.reading.facts).labels()
}
