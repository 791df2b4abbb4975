//! What to do with a delivery when its stage is done: one pure function, so that no other place decides it.

use std::time::Duration;

use contract::Reason;

use crate::stage::StageError;

/// What a handler came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done, and every output is acknowledged by its stream.
    Done,
    /// The stage classified its failure.
    Failed(StageError),
    /// It panicked.
    Panicked,
    /// It took longer than its limit.
    TimedOut,
}

/// What the loop does about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Acknowledge.
    Ack,
    /// Again after the delay.
    Nak(Duration),
    /// To the dead letters; then, and only then, terminate.
    Bury {
        /// Reason code.
        reason: Reason,
        /// In words.
        detail: String,
    },
    /// Keep it, pull nothing more, and try again once the stage is ready: no attempt is spent.
    Hold(String),
}

/// Decides. `attempt` counts from 1; there is one delivery more than delays in the schedule. `jitter` from 0 to 1
/// spreads the delay over ±10 %, so that what failed together does not come back together.
pub fn settle(outcome: Outcome, attempt: u32, schedule: &[Duration], jitter: f64) -> Action {
    let (reason, detail) = match outcome {
        Outcome::Done => return Action::Ack,
        Outcome::Failed(StageError::Unavailable(what)) => return Action::Hold(what),
        Outcome::Failed(StageError::Reject { reason, detail }) => {
            return Action::Bury { reason, detail };
        }
        Outcome::Failed(StageError::Retry(detail)) => (Reason::AttemptsExhausted, detail),
        Outcome::Panicked => (Reason::Panicked, "the handler panicked".to_owned()),
        Outcome::TimedOut => (Reason::TimedOut, "the handler took longer than its limit".to_owned()),
    };
    let delay = (attempt.max(1) as usize).checked_sub(1).and_then(|index| schedule.get(index));
    match delay {
        Some(delay) => Action::Nak(delay.mul_f64(0.9 + 0.2 * jitter.clamp(0.0, 1.0))),
        None => Action::Bury { reason, detail },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn outcome() -> impl Strategy<Value = Outcome> {
        prop_oneof![
            Just(Outcome::Done),
            Just(Outcome::Panicked),
            Just(Outcome::TimedOut),
            Just(Outcome::Failed(StageError::Retry("r".into()))),
            Just(Outcome::Failed(StageError::Unavailable("u".into()))),
            Just(Outcome::Failed(StageError::Reject { reason: Reason::Invalid, detail: "d".into() })),
        ]
    }

    proptest! {
        #[test]
        fn success_is_acknowledged_and_nothing_else_is(o in outcome(), attempt in 0u32..20, jitter in 0.0f64..=1.0) {
            let action = settle(o.clone(), attempt, contract::topology::RETRY_SCHEDULE, jitter);
            prop_assert_eq!(action == Action::Ack, o == Outcome::Done);
        }

        #[test]
        fn a_nak_always_has_a_delay(o in outcome(), attempt in 0u32..20, jitter in 0.0f64..=1.0) {
            if let Action::Nak(delay) = settle(o, attempt, contract::topology::RETRY_SCHEDULE, jitter) {
                prop_assert!(delay >= Duration::from_millis(900));
            }
        }

        #[test]
        fn a_failure_ends_after_the_schedule(jitter in 0.0f64..=1.0, delays in 0usize..8) {
            let schedule = vec![Duration::from_secs(1); delays];
            let buried = (1..=20).find(|attempt| {
                matches!(settle(Outcome::TimedOut, *attempt, &schedule, jitter), Action::Bury { .. })
            });
            prop_assert_eq!(buried, Some(delays as u32 + 1));
        }

        #[test]
        fn what_is_away_never_spends_an_attempt(attempt in 0u32..100) {
            let away = Outcome::Failed(StageError::Unavailable("db".into()));
            prop_assert_eq!(settle(away, attempt, &[], 0.5), Action::Hold("db".into()));
        }
    }
}
