//! A circuit breaker: after repeated failures a server is left alone for a while, then tried by one call. The clock
//! is passed in, so the whole of it is a table of cases.

use std::time::Duration;

use tokio::time::Instant;

/// When it opens and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerLimits {
    /// Failures in a row that open it.
    pub failures: u32,
    /// How long it stays open the first time; doubled by each failed try.
    pub pause: Duration,
    /// Longest pause.
    pub longest_pause: Duration,
}

impl Default for BreakerLimits {
    fn default() -> Self {
        Self { failures: 5, pause: Duration::from_secs(15), longest_pause: Duration::from_secs(240) }
    }
}

/// State, as shown by the metric `llm_circuit_state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circuit {
    /// Calls pass.
    Closed = 0,
    /// One call is trying whether the server is back.
    HalfOpen = 1,
    /// No call passes.
    Open = 2,
}

/// How an admitted call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The server answered.
    Answered,
    /// The server failed.
    Failed,
    /// The call was given up before anything was learnt.
    Abandoned,
}

/// The breaker of one server.
#[derive(Debug)]
pub(crate) struct Breaker {
    limits: BreakerLimits,
    state: State,
    pause: Duration,
}

#[derive(Debug)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant },
    HalfOpen,
}

impl Breaker {
    /// A closed one.
    pub(crate) const fn new(limits: BreakerLimits) -> Self {
        Self { limits, state: State::Closed { failures: 0 }, pause: limits.pause }
    }

    /// Whether a call may pass now. Each that passes is followed by [`Self::settle`].
    ///
    /// # Errors
    /// How long until the next try.
    pub(crate) fn admit(&mut self, now: Instant) -> Result<(), Duration> {
        match self.state {
            State::Closed { .. } => Ok(()),
            State::Open { until } if now >= until => {
                self.state = State::HalfOpen;
                Ok(())
            }
            State::Open { until } => Err(until - now),
            // Somebody is trying; when that ends is not known.
            State::HalfOpen => Err(self.pause),
        }
    }

    /// Takes note of how an admitted call ended.
    pub(crate) fn settle(&mut self, outcome: Outcome, now: Instant) {
        match (&mut self.state, outcome) {
            (State::Closed { failures }, Outcome::Answered) => *failures = 0,
            (State::Closed { failures }, Outcome::Failed) => {
                *failures += 1;
                if *failures >= self.limits.failures {
                    self.state = State::Open { until: now + self.pause };
                }
            }
            (State::HalfOpen, Outcome::Answered) => {
                self.pause = self.limits.pause;
                self.state = State::Closed { failures: 0 };
            }
            (State::HalfOpen, Outcome::Failed) => {
                self.pause = (self.pause * 2).min(self.limits.longest_pause);
                self.state = State::Open { until: now + self.pause };
            }
            // The try taught nothing: the next call tries.
            (State::HalfOpen, Outcome::Abandoned) => self.state = State::Open { until: now },
            // A call of before the opening ends late: it changes nothing, the next try decides.
            (State::Closed { .. }, Outcome::Abandoned) | (State::Open { .. }, _) => {}
        }
    }

    /// Its state.
    pub(crate) const fn circuit(&self) -> Circuit {
        match self.state {
            State::Closed { .. } => Circuit::Closed,
            State::HalfOpen => Circuit::HalfOpen,
            State::Open { .. } => Circuit::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: BreakerLimits =
        BreakerLimits { failures: 2, pause: Duration::from_secs(10), longest_pause: Duration::from_secs(30) };

    fn opened(now: Instant) -> Breaker {
        let mut breaker = Breaker::new(LIMITS);
        for _ in 0..LIMITS.failures {
            breaker.admit(now).unwrap();
            breaker.settle(Outcome::Failed, now);
        }
        breaker
    }

    #[test]
    fn opens_after_failures_in_a_row_only() {
        let now = Instant::now();
        let mut breaker = Breaker::new(LIMITS);
        for outcome in [Outcome::Failed, Outcome::Answered, Outcome::Failed, Outcome::Abandoned] {
            breaker.admit(now).unwrap();
            breaker.settle(outcome, now);
            assert_eq!(breaker.circuit(), Circuit::Closed);
        }
        breaker.settle(Outcome::Failed, now);
        assert_eq!(breaker.circuit(), Circuit::Open);
        assert_eq!(breaker.admit(now + Duration::from_secs(4)), Err(Duration::from_secs(6)));
    }

    #[test]
    fn after_the_pause_one_call_tries_and_its_answer_closes() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let later = now + LIMITS.pause;
        assert_eq!(breaker.admit(later), Ok(()));
        assert_eq!(breaker.circuit(), Circuit::HalfOpen);
        assert!(breaker.admit(later).is_err(), "a second call beside the try");
        breaker.settle(Outcome::Answered, later);
        assert_eq!(breaker.circuit(), Circuit::Closed);
        assert_eq!(breaker.admit(later), Ok(()));
    }

    #[test]
    fn each_failed_try_doubles_the_pause_up_to_the_longest() {
        let mut now = Instant::now();
        let mut breaker = opened(now);
        now += LIMITS.pause;
        for expected in [20, 30, 30] {
            breaker.admit(now).unwrap();
            breaker.settle(Outcome::Failed, now);
            let pause = breaker.admit(now).unwrap_err();
            assert_eq!(pause, Duration::from_secs(expected));
            now += pause;
        }
    }

    #[test]
    fn an_abandoned_try_lets_the_next_call_try() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let later = now + LIMITS.pause;
        breaker.admit(later).unwrap();
        breaker.settle(Outcome::Abandoned, later);
        assert_eq!(breaker.admit(later), Ok(()));
    }

    #[test]
    fn a_late_end_of_an_earlier_call_neither_opens_nor_closes() {
        let now = Instant::now();
        let mut breaker = opened(now);
        breaker.settle(Outcome::Answered, now);
        breaker.settle(Outcome::Failed, now);
        assert_eq!(breaker.circuit(), Circuit::Open);
        assert_eq!(breaker.admit(now), Err(LIMITS.pause));
    }
}
