//! Whether a profile makes sense: what its form alone does not say.

use std::collections::BTreeMap;

use contract::RemotePolicy;

use super::{Profile, ProfileFault, Technology, parse::nearest};
use crate::{rates::Rates, words::folded};

/// Most a year that can be meant, in any currency.
const MOST_PAY: i64 = 1_000_000_000_000;

/// Faults of sense. A part that is already at fault is not judged again.
pub(super) fn faults(profile: &Profile, known: &[ProfileFault]) -> Vec<ProfileFault> {
    let sound =
        |part: &str| !known.iter().any(|fault| fault.path == part || fault.path.starts_with(&format!("{part}.")));
    let mut faults = Faults::default();
    if sound("salary") {
        salary(profile, &mut faults);
    }
    if sound("remote_policy") {
        remote(profile, &mut faults);
    }
    if profile.technologies.is_empty() && !known.iter().any(|fault| fault.path.starts_with("technologies")) {
        faults.add("technologies", "is empty: name at least one");
    }
    technologies(&profile.technologies, &mut faults);
    numbers(profile, &mut faults);
    texts(profile, &mut faults);
    calls(profile, &mut faults);
    faults.0
}

#[derive(Default)]
struct Faults(Vec<ProfileFault>);

impl Faults {
    fn add(&mut self, path: impl Into<String>, detail: impl Into<String>) {
        self.0.push(ProfileFault { path: path.into(), detail: detail.into() });
    }
}

fn salary(profile: &Profile, faults: &mut Faults) {
    let salary = &profile.salary;
    match salary.minimum {
        ..=0 => faults.add("salary.minimum", "is a yearly figure above 0"),
        minimum if minimum > MOST_PAY => faults.add("salary.minimum", "is more than any pay"),
        minimum => match salary.ideal {
            Some(ideal) if ideal < minimum => faults.add("salary.ideal", format!("is below the minimum of {minimum}")),
            Some(ideal) if ideal > MOST_PAY => faults.add("salary.ideal", "is more than any pay"),
            _ => {}
        },
    }
    let rates = Rates::built_in();
    if !rates.knows(&salary.currency) {
        let upper = salary.currency.to_uppercase();
        let advice =
            match rates.currencies().find(|code| *code == upper).or_else(|| nearest(&upper, rates.currencies())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known: {}", rates.currencies().collect::<Vec<_>>().join(", ")),
            };
        faults.add("salary.currency", format!("no exchange rate for `{}`; {advice}", salary.currency));
    }
}

fn remote(profile: &Profile, faults: &mut Faults) {
    let wish = &profile.remote_policy;
    if wish.accepted.is_empty() {
        faults.add("remote_policy.accepted", "is empty: accept at least one of remote, hybrid, onsite");
    }
    match wish.max_office_days {
        Some(8..) => faults.add("remote_policy.max_office_days", "is a number of days a week, 0 to 7"),
        Some(1..) if !wish.accepted.is_empty() && !wish.accepted.contains(&RemotePolicy::Hybrid) => {
            faults.add("remote_policy.max_office_days", "allows office days, but `accepted` lacks `hybrid`");
        }
        _ => {}
    }
}

fn technologies(technologies: &[Technology], faults: &mut Faults) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (index, technology) in technologies.iter().enumerate() {
        let path = format!("technologies[{index}]");
        if let Some(first) = seen.get(&crate::stack::key(&technology.name)) {
            let name = &technologies[*first].name;
            faults.add(path, format!("`{}` is there already, as `{name}` at [{first}]", technology.name));
        } else {
            seen.insert(crate::stack::key(&technology.name), index);
            if technology.years.is_some_and(|years| years > 70) {
                faults.add(format!("{path}.years"), "is more than a working life");
            }
        }
    }
}

fn numbers(profile: &Profile, faults: &mut Faults) {
    if profile.years.is_some_and(|years| years > 70) {
        faults.add("years", "is more than a working life");
    }
    if profile.work_week_days.is_some_and(|days| !(1..=7).contains(&days)) {
        faults.add("work_week_days", "is a number of days a week, 1 to 7");
    }
    if profile.minimum_stack_share.is_some_and(|share| share > 100) {
        faults.add("minimum_stack_share", "is a percentage, 0 to 100");
    }
    if profile.notice_period_days.is_some_and(|days| days > 730) {
        faults.add("notice_period_days", "is more than two years");
    }
    if profile.reply_within_days == 0 {
        faults.add("reply_within_days", "is at least 1");
    }
}

/// Words that end up in drafts or are looked for: a line each, and not blank.
fn texts(profile: &Profile, faults: &mut Faults) {
    let lines = [
        ("name", &profile.name),
        ("headline", &profile.headline),
        ("situation", &profile.situation),
        ("reply.signature", &profile.reply.signature),
        ("contact.phone", &profile.contact.phone),
        ("contact.email", &profile.contact.email),
    ];
    for (path, text) in lines.into_iter().filter_map(|(path, text)| Some((path, text.as_deref()?))) {
        line(path, text, faults);
    }
    let lists = [
        ("locations", &profile.locations),
        ("company.sizes", &profile.company.sizes),
        ("company.industries", &profile.company.industries),
        ("favourite_companies", &profile.favourite_companies),
        ("blocked_companies", &profile.blocked_companies),
        ("reject_if", &profile.reject_if),
        ("must_have", &profile.must_have),
        ("nice_to_have", &profile.nice_to_have),
    ];
    for (path, list) in lists {
        for (index, text) in list.iter().enumerate() {
            line(&format!("{path}[{index}]"), text, faults);
        }
    }
    for (index, technology) in profile.technologies.iter().enumerate() {
        line(&format!("technologies[{index}].name"), &technology.name, faults);
    }
    for (index, code) in profile.languages.iter().enumerate() {
        if !((2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase())) {
            faults.add(format!("languages[{index}]"), "is an ISO 639 code, as `en` or `es`");
        }
    }
    for (index, company) in profile.favourite_companies.iter().enumerate() {
        if profile.blocked_companies.iter().any(|blocked| folded(blocked) == folded(company)) {
            faults.add(format!("favourite_companies[{index}]"), "is among `blocked_companies` too");
        }
    }
}

fn line(path: &str, text: &str, faults: &mut Faults) {
    if text.trim().is_empty() {
        faults.add(path, "is blank; leave it out instead");
    } else if text.chars().any(char::is_control) {
        faults.add(path, "is one line, without control characters");
    }
}

fn calls(profile: &Profile, faults: &mut Faults) {
    for (index, window) in profile.call_windows.iter().enumerate() {
        if window.from >= window.to {
            faults.add(format!("call_windows[{index}]"), "ends before it begins");
        }
    }
    match profile.time_zone.as_deref() {
        Some(zone)
            if !(zone == "UTC" || zone.split_once('/').is_some_and(|(area, city)| is_name(area) && is_name(city))) =>
        {
            faults.add("time_zone", "is a name as `Europe/Madrid`, or `UTC`");
        }
        None if !profile.call_windows.is_empty() => {
            faults.add("time_zone", "is missing: the call windows need one, as `Europe/Madrid`");
        }
        _ => {}
    }
    let links = [("scheduling_link", &profile.scheduling_link), ("contact.cv_link", &profile.contact.cv_link)];
    for (path, link) in links.into_iter().filter_map(|(path, link)| Some((path, link.as_deref()?))) {
        if !link.starts_with("https://") || link.chars().any(|c| c.is_whitespace() || c.is_control()) {
            faults.add(path, "is a web address that begins with https://");
        }
    }
}

fn is_name(part: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/_-+".contains(c);
    part.starts_with(|c: char| c.is_ascii_uppercase()) && part.chars().all(allowed)
}
