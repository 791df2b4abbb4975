//! A bounded memory of the messages that this process has accepted and that no read has seen stored yet: it tells
//! "received" from "never heard of".

use std::{
    collections::{HashSet, VecDeque},
    sync::{Mutex, PoisonError},
};

use uuid::Uuid;

/// Message ids remembered; the oldest go first.
const MOST: usize = 50_000;

#[derive(Debug, Default)]
pub(crate) struct Accepted(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    known: HashSet<Uuid>,
    order: VecDeque<Uuid>,
}

impl Accepted {
    pub(crate) fn remember(&self, id: Uuid) {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.known.insert(id) {
            memory.order.push_back(id);
            if memory.order.len() > MOST
                && let Some(oldest) = memory.order.pop_front()
            {
                memory.known.remove(&oldest);
            }
        }
    }

    pub(crate) fn knows(&self, id: Uuid) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).known.contains(&id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten_first() {
        let accepted = Accepted::default();
        for n in 0..=MOST as u128 {
            accepted.remember(Uuid::from_u128(n));
        }
        assert!(!accepted.knows(Uuid::from_u128(0)));
        assert!(accepted.knows(Uuid::from_u128(1)) && accepted.knows(Uuid::from_u128(MOST as u128)));
    }
}
