//! Whose inbox it is. The export does not say; but its owner takes part in every conversation, and nobody else in most.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use serde::Serialize;

/// The account's owner as the file shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Owner {
    /// Name as shown.
    pub name: Option<String>,
    /// Address of the profile.
    pub profile_url: Option<String>,
    /// Conversations in which they were seen; 0 where the person said who they are.
    pub seen_in: usize,
    /// Conversations in all.
    pub conversations: usize,
}

impl Owner {
    /// An owner who was named by address or by name.
    pub fn given(address_or_name: &str) -> Self {
        let given = address_or_name.trim().to_owned();
        if given.contains('/') {
            Self { profile_url: Some(given), ..Self::default() }
        } else {
            Self { name: Some(given), ..Self::default() }
        }
    }

    /// Whether a row was written by the owner: by address where both sides have one, else by name.
    pub(crate) fn wrote(&self, name: Option<&str>, profile_url: Option<&str>) -> bool {
        match (&self.profile_url, profile_url, &self.name, name) {
            (Some(own), Some(theirs), ..) => address(own) == address(theirs),
            (.., Some(own), Some(theirs)) => folded(own) == folded(theirs),
            _ => false,
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.name, &self.profile_url) {
            (Some(name), Some(url)) => write!(f, "{name} ({url})")?,
            (Some(one), None) | (None, Some(one)) => f.write_str(one)?,
            (None, None) => f.write_str("somebody without a name")?,
        }
        match self.conversations {
            0 => Ok(()),
            all => write!(f, ", in {} of {all} conversations", self.seen_in),
        }
    }
}

/// A profile address as identity: without scheme, `www.`, query, closing slash and case.
pub(crate) fn address(url: &str) -> String {
    let url = url.trim().to_lowercase();
    let url = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let url = url.strip_prefix("www.").unwrap_or(url);
    url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_owned()
}

fn folded(name: &str) -> String {
    contract::identity::normalised(name).to_lowercase()
}

/// One row as far as it tells who took part.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    /// Hash of the conversation.
    pub conversation: u64,
    pub from: Option<&'a str>,
    pub sender_address: Option<&'a str>,
    /// Recipients' names, joined by commas that names may hold too.
    pub to: Option<&'a str>,
    /// Recipients' addresses, joined by commas.
    pub recipient_addresses: Option<&'a str>,
}

/// Counts in how many conversations each person takes part.
#[derive(Debug, Default)]
pub(crate) struct Census {
    conversations: HashSet<u64>,
    by_address: HashMap<String, Person>,
    by_name: HashMap<String, Person>,
    /// Older exports name recipients only; then an address says nothing of who received.
    recipients_have_addresses: bool,
}

#[derive(Debug, Default)]
struct Person {
    seen_in: HashSet<u64>,
    name: Option<String>,
    profile_url: Option<String>,
}

impl Census {
    pub(crate) fn add(&mut self, seen: &Seen<'_>) {
        self.conversations.insert(seen.conversation);
        if let Some(url) = seen.sender_address {
            let person = self.by_address.entry(address(url)).or_default();
            person.seen_in.insert(seen.conversation);
            person.name = person.name.take().or_else(|| seen.from.map(str::to_owned));
            person.profile_url.get_or_insert_with(|| url.to_owned());
        }
        for url in seen.recipient_addresses.into_iter().flat_map(|urls| urls.split(',')).map(str::trim) {
            if !url.is_empty() {
                self.recipients_have_addresses = true;
                let person = self.by_address.entry(address(url)).or_default();
                person.seen_in.insert(seen.conversation);
                person.profile_url.get_or_insert_with(|| url.to_owned());
            }
        }
        for (name, url) in [(seen.from, seen.sender_address), (seen.to, None)] {
            // Everybody who left is called the same.
            if let Some(name) = name.filter(|name| folded(name) != "linkedin member") {
                let person = self.by_name.entry(folded(name)).or_default();
                person.seen_in.insert(seen.conversation);
                person.name.get_or_insert_with(|| name.to_owned());
                person.profile_url = person.profile_url.take().or_else(|| url.map(str::to_owned));
            }
        }
    }

    /// The one person in most conversations; `None` with a tie or without a majority, since to take a recruiter for
    /// the owner would hide every message of theirs.
    pub(crate) fn owner(self) -> Option<Owner> {
        let people = if self.recipients_have_addresses { self.by_address } else { self.by_name };
        let conversations = self.conversations.len();
        let most = people.values().map(|person| person.seen_in.len()).max()?;
        let mut leaders = people.into_values().filter(|person| person.seen_in.len() == most);
        let leader = leaders.next()?;
        if leaders.next().is_some() || most * 2 <= conversations {
            return None;
        }
        Some(Owner { name: leader.name, profile_url: leader.profile_url, seen_in: most, conversations })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen<'a>(conversation: u64, from: &'a str, sender: &'a str, to: &'a str, recipients: &'a str) -> Seen<'a> {
        let given = |text: &'a str| Some(text).filter(|t| !t.is_empty());
        Seen {
            conversation,
            from: given(from),
            sender_address: given(sender),
            to: given(to),
            recipient_addresses: given(recipients),
        }
    }

    fn owner(rows: &[Seen<'_>]) -> Option<Owner> {
        let mut census = Census::default();
        rows.iter().for_each(|row| census.add(row));
        census.owner()
    }

    #[test]
    fn who_takes_part_in_most_conversations_owns_the_inbox_even_without_writing() {
        let me = "https://www.linkedin.com/in/diego/";
        let found = owner(&[
            seen(1, "Ana", "https://linkedin.com/in/ana", "Diego Ferrer", me),
            seen(1, "Ana", "https://linkedin.com/in/ana", "Diego Ferrer", me),
            seen(1, "Ana", "https://linkedin.com/in/ana", "Diego Ferrer", me),
            seen(2, "Bo, Ltd", "https://linkedin.com/in/bo", "Diego Ferrer", "http://LinkedIn.com/in/diego?x=1"),
        ]);
        let found = found.expect("an owner");
        assert_eq!(found.profile_url.as_deref(), Some(me));
        assert_eq!((found.seen_in, found.conversations), (2, 2));
    }

    #[test]
    fn older_exports_tell_the_owner_by_name_and_then_the_address() {
        let found = owner(&[
            seen(1, "Ana", "https://linkedin.com/in/ana", "Diego Ferrer", ""),
            seen(2, "Ana", "https://linkedin.com/in/ana", "Diego Ferrer", ""),
            seen(3, "Diego Ferrer", "https://linkedin.com/in/diego", "Bo", ""),
        ]);
        let found = found.expect("an owner");
        assert_eq!(found.to_string(), "Diego Ferrer (https://linkedin.com/in/diego), in 3 of 3 conversations");
        assert_eq!(found.name.as_deref(), Some("Diego Ferrer"));
        assert_eq!(found.profile_url.as_deref(), Some("https://linkedin.com/in/diego"));
    }

    #[test]
    fn a_tie_or_no_majority_is_no_owner() {
        assert_eq!(owner(&[seen(1, "Ana", "l.com/in/ana", "Diego", "l.com/in/diego")]), None);
        assert_eq!(owner(&[seen(1, "LinkedIn Member", "", "", ""), seen(2, "LinkedIn Member", "", "", "")]), None);
        assert_eq!(
            owner(&[
                seen(1, "Ana", "l.com/in/ana", "", ""),
                seen(2, "Bo", "l.com/in/bo", "", ""),
                seen(3, "Cy", "l.com/in/cy", "", ""),
                seen(4, "Ana", "l.com/in/ana", "", ""),
            ]),
            None
        );
        assert_eq!(owner(&[]), None);
    }

    #[test]
    fn a_given_owner_is_an_address_or_a_name() {
        let by_address = Owner::given(" https://www.linkedin.com/in/Diego/ ");
        assert!(by_address.wrote(Some("Anybody"), Some("linkedin.com/in/diego")));
        assert!(!by_address.wrote(Some("Diego Ferrer"), None));
        let by_name = Owner::given("Diego  FERRER");
        assert!(by_name.wrote(Some("Diego Ferrer"), Some("linkedin.com/in/whoever")));
        assert!(!by_name.wrote(None, Some("linkedin.com/in/diego")));
    }
}
