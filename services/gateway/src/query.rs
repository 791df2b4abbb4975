//! The parameters of a list, read strictly: an unknown name, an unknown value or a value given twice is an error that
//! names the parameter, never silently ignored.

use std::str::FromStr;

use axum::{extract::Query, http::Uri};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use contract::{Kind, RemotePolicy, Status, Tier};
use kit_store::{OpportunityFilter, Sort};

use crate::{openapi::Parameter, problem::Problem};

/// Rows of a page where none is asked for.
pub(crate) const DEFAULT_LIMIT: u64 = 50;
/// Most rows of a page.
pub(crate) const MAX_LIMIT: u64 = 100;
/// Longest value of a parameter, in bytes.
const MAX_VALUE: usize = 512;

/// A list as asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Listing {
    pub filter: OpportunityFilter,
    pub sort: Sort,
    pub limit: u64,
    pub cursor: Option<String>,
}

/// The parameters of an address, decoded, in order.
///
/// # Errors
/// Where they are not `name=value` pairs.
pub(crate) fn pairs(uri: &Uri) -> Result<Vec<(String, String)>, Problem> {
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
        .map_err(|_| Problem::request("the query is not a list of name=value pairs"))?;
    match pairs.iter().find(|(_, value)| value.len() > MAX_VALUE) {
        Some((name, _)) => Err(Problem::parameter(name, format!("is over {MAX_VALUE} bytes"))),
        None => Ok(pairs),
    }
}

/// Reads the parameters of `GET /opportunities`. A list is given by commas or by repeating the name.
///
/// # Errors
/// [`Problem::parameter`] for the first that is wrong.
pub(crate) fn listing(pairs: &[(String, String)]) -> Result<Listing, Problem> {
    let mut list = Listing { limit: DEFAULT_LIMIT, ..Listing::default() };
    let mut order = None;
    let mut seen: Vec<&str> = Vec::new();
    for (name, value) in pairs {
        let (name, value, filter) = (name.as_str(), value.trim(), &mut list.filter);
        let many = matches!(name, "tier" | "status" | "kind");
        if !many && seen.contains(&name) {
            return Err(Problem::parameter(name, "is given twice"));
        }
        seen.push(name);
        match name {
            "tier" => filter.tiers.extend(words::<Tier>(name, value)?),
            "status" => filter.statuses.extend(words::<Status>(name, value)?),
            "kind" => filter.kinds.extend(words::<Kind>(name, value)?),
            "company" => filter.company = Some(text(name, value)?),
            "recruiter" => filter.recruiter = Some(text(name, value)?),
            "skill" => filter.skill = Some(text(name, value)?),
            "remote" => filter.remote = Some(word(name, value)?),
            "min_score" => filter.min_score = Some(score(name, value)?),
            "max_score" => filter.max_score = Some(score(name, value)?),
            "since" => filter.since = Some(time(name, value)?),
            "until" => filter.until = Some(time(name, value)?),
            "q" => filter.q = Some(text(name, value)?),
            "sort" => order = Some(sort(value)?),
            "limit" => list.limit = limit(value)?,
            "cursor" => list.cursor = Some(text(name, value)?),
            unknown => {
                return Err(Problem::parameter(unknown, format!("is no parameter of this list; there are {NAMES}")));
            }
        }
    }
    // Who searches wants the best match first.
    list.sort = match (order, &list.filter.q) {
        (Some(Sort::Relevance), None) => {
            return Err(Problem::parameter("sort", "is -relevance, which needs q: words to be relevant to"));
        }
        (Some(sort), _) => sort,
        (None, Some(_)) => Sort::Relevance,
        (None, None) => Sort::default(),
    };
    Ok(list)
}

const NAMES: &str = "tier, status, kind, company, recruiter, skill, remote, min_score, max_score, since, until, q, sort, \
                     limit, cursor";

const SORTS: [(&str, Sort); 6] = [
    ("-priority", Sort::Priority),
    ("-score", Sort::ScoreDesc),
    ("score", Sort::ScoreAsc),
    ("-received", Sort::ReceivedDesc),
    ("received", Sort::ReceivedAsc),
    ("-relevance", Sort::Relevance),
];

/// The same parameters, for the description of the API.
pub(crate) fn parameters() -> Vec<Parameter> {
    fn all<T: Copy>(values: &[T], name: fn(T) -> &'static str) -> Vec<&'static str> {
        values.iter().copied().map(name).collect()
    }
    let sorts = SORTS.map(|(name, _)| name);
    vec![
        Parameter::words("tier", &all(Tier::ALL, Tier::as_str), "Any of these tiers"),
        Parameter::words("status", &all(Status::ALL, Status::as_str), "Any of these states"),
        Parameter::words("kind", &all(Kind::ALL, Kind::as_str), "Any of these kinds"),
        Parameter::text("company", "Companies whose name begins so; case and accents do not count"),
        Parameter::text("recruiter", "The same for who wrote"),
        Parameter::text("skill", "Technology, by its canonical name"),
        Parameter::word("remote", &all(RemotePolicy::ALL, RemotePolicy::as_str), "Where the work is done"),
        Parameter::number("min_score", 0, 100, "Least score"),
        Parameter::number("max_score", 0, 100, "Highest score"),
        Parameter::time("since", "Written at this time or later; a day begins at 00:00 UTC"),
        Parameter::time("until", "Written before this time"),
        Parameter::text("q", "Words that must all occur, the last one as a beginning"),
        Parameter::word("sort", &sorts, "-relevance where q is given, else -priority: tier, then score, then newest"),
        Parameter::number("limit", 1, MAX_LIMIT, "Rows of a page; 50 where it is left out"),
        Parameter::text("cursor", "`next_cursor` of the page before"),
    ]
}

fn words<T: FromStr<Err = contract::UnknownValue>>(name: &str, value: &str) -> Result<Vec<T>, Problem> {
    value.split(',').map(|one| word(name, one.trim())).collect()
}

fn word<T: FromStr<Err = contract::UnknownValue>>(name: &str, value: &str) -> Result<T, Problem> {
    value.parse().map_err(|e: contract::UnknownValue| Problem::parameter(name, e.to_string()))
}

fn text(name: &str, value: &str) -> Result<String, Problem> {
    if value.is_empty() {
        return Err(Problem::parameter(name, "is empty; leave it out"));
    }
    if value.contains('\0') {
        return Err(Problem::parameter(name, "holds a null character"));
    }
    Ok(value.to_owned())
}

fn score(name: &str, value: &str) -> Result<u8, Problem> {
    value.parse().ok().filter(|n| *n <= 100).ok_or_else(|| Problem::parameter(name, "is no whole number from 0 to 100"))
}

fn limit(value: &str) -> Result<u64, Problem> {
    value
        .parse()
        .ok()
        .filter(|n| (1..=MAX_LIMIT).contains(n))
        .ok_or_else(|| Problem::parameter("limit", format!("is no whole number from 1 to {MAX_LIMIT}")))
}

fn sort(value: &str) -> Result<Sort, Problem> {
    let found = SORTS.into_iter().find(|(name, _)| *name == value).map(|(_, sort)| sort);
    found.ok_or_else(|| Problem::parameter("sort", format!("is one of {}", SORTS.map(|(name, _)| name).join(", "))))
}

/// A time, or a day at its start in UTC.
fn time(name: &str, value: &str) -> Result<DateTime<Utc>, Problem> {
    if let Ok(time) = DateTime::parse_from_rfc3339(value) {
        return Ok(time.to_utc());
    }
    match value.parse::<NaiveDate>() {
        Ok(day) => Ok(day.and_time(NaiveTime::MIN).and_utc()),
        Err(_) => {
            Err(Problem::parameter(name, "is neither a time like 2026-11-20T10:00:00Z nor a day like 2026-11-20"))
        }
    }
}

#[cfg(test)]
mod tests {
    use contract::RemotePolicy;

    use super::*;

    fn read(query: &str) -> Result<Listing, Problem> {
        listing(&pairs(&format!("/x?{query}").parse().expect("an address")).expect("pairs"))
    }

    #[test]
    fn every_parameter_is_read() {
        let list = read(
            "tier=HIGH_PRIORITY,INTERESANTE&tier=NO_INTERESA&status=new&kind=follow_up&company=Nimbus%20Robotics&recruiter=Ana\
             &skill=Rust&remote=remote&min_score=10&max_score=90&since=2026-11-20&until=2026-11-21T10:00:00%2B01:00\
             &q=control+plane&sort=-received&limit=7&cursor=abc",
        )
        .expect("all are known");
        assert_eq!(list.filter.tiers, [Tier::HighPriority, Tier::Interesante, Tier::NoInteresa]);
        assert_eq!(list.filter.statuses, [Status::New]);
        assert_eq!(list.filter.remote, Some(RemotePolicy::Remote));
        assert_eq!(list.filter.company.as_deref(), Some("Nimbus Robotics"));
        assert_eq!(list.filter.q.as_deref(), Some("control plane"));
        assert_eq!((list.filter.min_score, list.filter.max_score), (Some(10), Some(90)));
        assert_eq!(list.filter.since.map(|t| t.to_rfc3339()).as_deref(), Some("2026-11-20T00:00:00+00:00"));
        assert_eq!(list.filter.until.map(|t| t.to_rfc3339()).as_deref(), Some("2026-11-21T09:00:00+00:00"));
        assert_eq!((list.sort, list.limit, list.cursor.as_deref()), (Sort::ReceivedDesc, 7, Some("abc")));
    }

    #[test]
    fn nothing_asked_is_the_first_page_by_priority() {
        let list = read("").expect("no parameters");
        assert_eq!(list, Listing { limit: DEFAULT_LIMIT, ..Listing::default() });
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_name() {
        let long = format!("q={}", "x".repeat(MAX_VALUE + 1));
        for (query, name) in [
            ("priority=HIGH_PRIORITY", "priority"),
            ("tier=BOGUS", "tier"),
            ("tier=HIGH_PRIORITY,", "tier"),
            ("sort=__class__", "sort"),
            ("limit=0", "limit"),
            ("limit=-1", "limit"),
            ("limit=101", "limit"),
            ("min_score=101", "min_score"),
            ("max_score=99999999999999999999", "max_score"),
            ("since=yesterday", "since"),
            ("q=", "q"),
            ("q=%00", "q"),
            ("limit=5&limit=6", "limit"),
        ] {
            let problem = serde_json::to_value(read(query).expect_err(query)).expect("a problem is JSON");
            assert_eq!((&problem["field"], &problem["status"]), (&name.into(), &400.into()), "{query}");
        }
        assert!(pairs(&format!("/x?{long}").parse().expect("an address")).is_err());
    }
}
