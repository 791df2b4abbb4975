//! Where a page of a list ended: the sort keys of its last row, so that rows that come or go in between shift nothing.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Sort, StoreError, list::Plan};

/// The keys of a row, all that any sort needs, and how the first page was found: the others are found likewise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    pub(crate) sort: Sort,
    pub(crate) plan: Plan,
    /// How well the row fits the words asked for, in an order of relevance.
    pub(crate) rank: u32,
    pub(crate) tier_rank: i16,
    pub(crate) score_rank: i16,
    pub(crate) message_timestamp: DateTime<Utc>,
    pub(crate) id: Uuid,
}

impl Cursor {
    /// Of a list that is found in one way alone.
    pub(crate) fn new(sort: Sort, tier_rank: i16, score_rank: i16, message_timestamp: DateTime<Utc>, id: Uuid) -> Self {
        let plan = Plan { lead: None, total: 0 };
        Self { sort, plan, rank: 0, tier_rank, score_rank, message_timestamp, id }
    }

    pub(crate) fn encode(&self) -> Result<String, StoreError> {
        let json = serde_json::to_vec(self).map_err(|e| StoreError::Other(format!("a cursor has no JSON: {e}")))?;
        Ok(URL_SAFE_NO_PAD.encode(json))
    }

    /// A cursor counts only for the sort that it was made by.
    pub(crate) fn decode(sort: Sort, cursor: &str) -> Result<Self, StoreError> {
        let json = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| StoreError::BadCursor)?;
        let cursor: Self = serde_json::from_slice(&json).map_err(|_| StoreError::BadCursor)?;
        if cursor.sort == sort { Ok(cursor) } else { Err(StoreError::BadCursor) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor() -> Cursor {
        Cursor::new(Sort::Priority, 3, 88, DateTime::UNIX_EPOCH, Uuid::from_u128(7))
    }

    #[test]
    fn comes_back_as_it_went() {
        let encoded = cursor().encode().unwrap();
        assert_eq!(Cursor::decode(Sort::Priority, &encoded), Ok(cursor()));
    }

    #[test]
    fn is_refused_under_another_sort_or_when_it_is_none() {
        let encoded = cursor().encode().unwrap();
        assert_eq!(Cursor::decode(Sort::ScoreAsc, &encoded), Err(StoreError::BadCursor));
        for bad in ["", "%%%", "e30", "bnVsbA", &encoded[1..]] {
            assert_eq!(Cursor::decode(Sort::Priority, bad), Err(StoreError::BadCursor), "{bad}");
        }
    }
}
