//! A bounded memory of the messages that this process has accepted: it tells "received" from "never heard of", and where
//! in the log to look for what became of one.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Messages remembered; the oldest go first.
const MOST: usize = 50_000;

#[derive(Debug, Default)]
pub(crate) struct Accepted(Mutex<Memory>);

/// A message in the log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Taken {
    /// Its place there.
    pub(crate) sequence: u64,
    pub(crate) at: DateTime<Utc>,
}

#[derive(Debug, Default)]
struct Memory {
    known: HashMap<Uuid, Taken>,
    order: VecDeque<Uuid>,
}

impl Accepted {
    pub(crate) fn remember(&self, id: Uuid, taken: Taken) {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.known.insert(id, taken).is_none() {
            memory.order.push_back(id);
            if memory.order.len() > MOST
                && let Some(oldest) = memory.order.pop_front()
            {
                memory.known.remove(&oldest);
            }
        }
    }

    pub(crate) fn get(&self, id: Uuid) -> Option<Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).known.get(&id).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten_first() {
        let (accepted, taken) = (Accepted::default(), Taken { sequence: 7, at: DateTime::UNIX_EPOCH });
        for n in 0..=MOST as u128 {
            accepted.remember(Uuid::from_u128(n), taken);
        }
        assert_eq!(accepted.get(Uuid::from_u128(0)), None);
        assert_eq!(accepted.get(Uuid::from_u128(1)), Some(taken));
        assert_eq!(accepted.get(Uuid::from_u128(MOST as u128)), Some(taken));
    }
}
