//! Replies to a new opportunity: engage, ask, decline, and "good, but not now".

use contract::{Flag, Fulfilment, OpportunityScored};
use kit_score::profile::SearchStatus;

use crate::writing::{Nearness, Writing};

/// Most questions in one reply.
pub(crate) const MOST_QUESTIONS: usize = 2;

/// Names of the failed vetoes, in the order of the proof.
pub(crate) fn vetoes(scored: &OpportunityScored) -> impl Iterator<Item = &str> {
    let filters = scored.score.iter().flat_map(|score| &score.filters);
    filters.filter(|f| f.veto && f.fulfilment == Fulfilment::Fail).map(|f| f.name.as_str())
}

/// Interest, and a next step that suits how much the person is looking.
pub(crate) fn engage(w: &Writing<'_>) -> Vec<String> {
    let engage = &w.voice.engage;
    let close = w.nearness() == Nearness::Close;
    let active = if close { &engage.active } else { &engage.open };
    let Some(stand) = w.by_status(active, &engage.passive, &engage.selective) else { return not_now(w) };
    let mut said = vec![w.opening()];
    said.extend(w.fit());
    said.extend(w.place_fits());
    let looking = w.persona.status == SearchStatus::Active;
    said.push(w.stand(stand, if close && looking { &engage.own_close } else { &engage.own_open }));
    let missing = questions(w, &deciding(w.scored, 1));
    if missing.is_empty() && w.persona.status == SearchStatus::Selective {
        said.extend(criterion(w));
    }
    said.extend(missing);
    let times = if looking { w.call_times() } else { Vec::new() };
    match (times.is_empty(), w.persona.status) {
        (false, _) => said.extend(times),
        (true, SearchStatus::Active) => said.push(w.say("next", &engage.call, &[])),
        (true, _) => said.push(w.say("next", &engage.writing, &[])),
    }
    said
}

/// The deciding facts that are missing, as questions, at most two.
pub(crate) fn ask(w: &Writing<'_>) -> Vec<String> {
    let ask = &w.voice.ask;
    let active = if w.nearness() == Nearness::Close { &ask.active } else { &ask.open };
    let Some(stand) = w.by_status(active, &ask.passive, &ask.selective) else { return not_now(w) };
    let mut said = vec![w.opening()];
    let selective = w.persona.status == SearchStatus::Selective;
    let criterion = if selective { criterion(w) } else { None };
    let most = if criterion.is_some() { 1 } else { MOST_QUESTIONS };
    // What decides takes the place of what fits: both would be more than a busy reader reads.
    let fit = if criterion.is_none() { w.fit() } else { None };
    // A person who is not searching has said by that what the questions are for.
    let announced = fit.is_some() && w.persona.status != SearchStatus::Active && w.situation.is_none();
    said.extend(fit);
    said.push(w.stand(stand, ""));
    said.extend(criterion);
    let mut missing = deciding(w.scored, most);
    if missing.is_empty() {
        missing = unstated(w.scored, most);
    }
    if missing.is_empty() {
        missing.push("process".to_owned());
    }
    said.extend(questions(w, &missing).into_iter().skip(usize::from(announced)));
    said.push(w.say("next", &ask.next, &[]));
    said
}

/// A refusal with its one reason, and an open door where the reason can change.
pub(crate) fn decline(w: &Writing<'_>) -> Vec<String> {
    let decline = &w.voice.decline;
    let phrase = w.say("decline", &decline.phrases, &[]);
    let (reason, places, pay) = (reason(w), w.places().unwrap_or_default(), w.pay_unasked().unwrap_or_default());
    let sentence = match reason {
        Because::Place => &decline.place,
        Because::Pay if pay.is_empty() => &decline.pay,
        Because::Pay => &decline.pay_from,
        Because::Location => &decline.location,
        Because::Contract => &decline.contract,
        Because::Week => &decline.week,
        Because::Stack => &decline.stack,
        Because::NotLooking => &decline.not_looking,
        Because::Other => &decline.other,
    };
    let door = match reason {
        Because::Stack | Because::Other | Because::NotLooking => &decline.close,
        _ => &decline.door,
    };
    vec![
        w.opening(),
        w.style.form(sentence, &[("decline", &phrase), ("places", &places), ("pay", &pay)]),
        w.say("door", door, &[]),
    ]
}

/// A good message at a time when the person is not looking: thanks, not now, may write again.
fn not_now(w: &Writing<'_>) -> Vec<String> {
    let not_now = &w.voice.not_now;
    vec![w.opening(), w.say("stand", &not_now.stand, &[]), w.say("door", &not_now.door, &[])]
}

/// Why an opportunity is declined, as far as it is told.
#[derive(Clone, Copy)]
enum Because {
    Place,
    Pay,
    Location,
    Contract,
    Week,
    Stack,
    NotLooking,
    /// Said without a reason: a blocked company or word is nobody's business.
    Other,
}

/// The veto that can be named; of several, the first of the proof.
fn reason(w: &Writing<'_>) -> Because {
    let named = vetoes(w.scored).find_map(|veto| match veto {
        "remote_policy" if w.places().is_some() => Some(Because::Place),
        "remote_policy" | "location" | "relocation" => Some(Because::Location),
        "minimum_salary" => Some(Because::Pay),
        "employment_type" => Some(Because::Contract),
        "work_week" => Some(Because::Week),
        "stack" | "stack_share" => Some(Because::Stack),
        _ => None,
    });
    let unnamed = if w.persona.status == SearchStatus::NotLooking { Because::NotLooking } else { Because::Other };
    named.unwrap_or(unnamed)
}

/// The one thing that decides for a selective person: where they work, else the pay if it may be told.
fn criterion(w: &Writing<'_>) -> Option<String> {
    let criterion = &w.voice.criterion;
    let stated = w.scored.analysis.facts.remote_policy.is_some();
    match (w.places(), w.pay_unasked()) {
        (Some(places), _) if !stated => Some(w.style.form(&criterion.place, &[("places", &places)])),
        (_, Some(pay)) if w.scored.analysis.facts.salary.is_none() => {
            Some(w.style.form(&criterion.pay, &[("pay", &pay)]))
        }
        _ => None,
    }
}

/// The first missing facts that decide.
pub(crate) fn deciding(scored: &OpportunityScored, most: usize) -> Vec<String> {
    let missing = scored.score.iter().flat_map(|score| &score.missing);
    missing.take(most).cloned().collect()
}

/// Of a message that says little: what a reader would want to know first.
fn unstated(scored: &OpportunityScored, most: usize) -> Vec<String> {
    let facts = &scored.analysis.facts;
    let client = facts.company.is_none() || scored.analysis.flags.contains(&Flag::ClientNotNamed);
    let open = [
        ("client", client),
        ("pay", facts.salary.is_none()),
        ("place", facts.remote_policy.is_none()),
        ("stack", facts.tech_stack.is_empty()),
        ("role", facts.role.is_none()),
    ];
    open.into_iter().filter(|(_, unknown)| *unknown).take(most).map(|(name, _)| name.to_owned()).collect()
}

/// Questions behind the sentence that announces them.
pub(crate) fn questions(w: &Writing<'_>, missing: &[String]) -> Vec<String> {
    let role = w.scored.analysis.facts.role.is_some() || w.earlier.is_some_and(|earlier| earlier.role.is_some());
    // Of a role with a name only the level is open.
    let open = |name: &String| if role && name == "role" { "level".to_owned() } else { name.clone() };
    let mut asked: Vec<String> =
        missing.iter().filter_map(|name| w.voice.question(&open(name))).map(str::to_owned).collect();
    asked.iter_mut().skip(1).for_each(|question| *question = w.voice.second(question));
    let questions = &w.voice.questions;
    let intro = match asked.len() {
        0 => return asked,
        1 => &questions.intro_one,
        _ => &questions.intro_two,
    };
    std::iter::once(w.say("questions", intro, &[])).chain(asked).collect()
}
