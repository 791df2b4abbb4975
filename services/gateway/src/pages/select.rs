//! What of the inbox is shown, and the addresses that show something else.

use axum::http::Uri;
use contract::{RemotePolicy, Status, Tier};
use kit_store::OpportunityFilter;

use crate::{problem::Problem, query};

/// A tab of the inbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    #[default]
    Waiting,
    Snoozed,
    Answered,
    All,
}

impl View {
    pub(crate) const ALL: [Self; 4] = [Self::Waiting, Self::Snoozed, Self::Answered, Self::All];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Snoozed => "snoozed",
            Self::Answered => "answered",
            Self::All => "all",
        }
    }

    pub(crate) const fn statuses(self) -> &'static [Status] {
        match self {
            Self::Waiting => &[Status::New, Status::AwaitingReview],
            Self::Snoozed => &[Status::Snoozed],
            Self::Answered => &[Status::Replied, Status::Declined],
            Self::All => &[],
        }
    }
}

/// Tab and filters of the inbox.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    pub view: View,
    pub tier: Option<Tier>,
    pub remote: bool,
    pub pay: bool,
    pub q: Option<String>,
    pub cursor: Option<String>,
}

impl Selection {
    /// Reads an address. Names that are not the inbox's are left alone.
    ///
    /// # Errors
    /// For a value that cannot be.
    pub(crate) fn of(uri: &Uri) -> Result<Self, Problem> {
        let mut selection = Self::default();
        for (name, value) in query::pairs(uri)? {
            let wrong = || Problem::parameter(&name, "is none of the inbox's");
            match name.as_str() {
                "view" => selection.view = View::ALL.into_iter().find(|v| v.name() == value).ok_or_else(wrong)?,
                "tier" => selection.tier = Some(value.parse().map_err(|_| wrong())?),
                "remote" => selection.remote = value == "1",
                "pay" => selection.pay = value == "1",
                "q" => selection.q = Some(value.replace('\0', "").trim().to_owned()).filter(|q| !q.is_empty()),
                "cursor" => selection.cursor = Some(value),
                _ => {}
            }
        }
        Ok(selection)
    }

    pub(crate) fn filter(&self) -> OpportunityFilter {
        OpportunityFilter {
            tiers: self.tier.into_iter().collect(),
            statuses: self.view.statuses().to_vec(),
            remote: self.remote.then_some(RemotePolicy::Remote),
            has_pay: self.pay.then_some(true),
            q: self.q.clone(),
            ..OpportunityFilter::default()
        }
    }

    pub(crate) fn is_filtered(&self) -> bool {
        self.tier.is_some() || self.remote || self.pay || self.q.is_some()
    }

    /// Its address, from the first page on.
    pub(crate) fn href(&self) -> String {
        let mut pairs = Vec::new();
        if self.view != View::default() {
            pairs.push(format!("view={}", self.view.name()));
        }
        pairs.extend(self.tier.map(|tier| format!("tier={tier}")));
        pairs.extend(self.remote.then(|| "remote=1".to_owned()));
        pairs.extend(self.pay.then(|| "pay=1".to_owned()));
        pairs.extend(self.q.as_deref().map(|q| format!("q={}", encoded(q))));
        pairs.extend(self.cursor.as_deref().map(|cursor| format!("cursor={}", encoded(cursor))));
        if pairs.is_empty() { "/".to_owned() } else { format!("/?{}", pairs.join("&")) }
    }

    /// The same, changed, from its first page.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = Self { cursor: None, ..self.clone() };
        change(&mut changed);
        changed
    }
}

/// Percent-encoding of everything that is not unreserved.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_and_its_address_are_the_same() {
        for address in
            ["/", "/?view=all", "/?view=answered&tier=INTERESANTE&remote=1&pay=1&q=caf%C3%A9%20%26%20co&cursor=a%3D"]
        {
            let selection = Selection::of(&address.parse().expect("an address")).expect("it is one of ours");
            assert_eq!(selection.href(), address);
        }
        assert!(Selection::of(&"/?tier=A".parse().expect("an address")).is_err());
        assert!(Selection::of(&"/?utm_source=x&lang=es".parse().expect("an address")).is_ok());
    }
}
