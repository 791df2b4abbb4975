//! Replies to a follow-up: each of its questions from the profile's facts as far as the disclosure policy lets them
//! out, or none at all. Half an answer would look as if the rest had been overlooked.

use contract::{OpportunityScored, QuestionType, TechMention};
use kit_score::profile::SearchStatus;

use crate::{
    offer::{deciding, questions, vetoes},
    persona::{Disclosed, Skill},
    text::{contains_words, joined, sentences},
    voice::{Voice, fill},
    writing::Writing,
};

/// Most technologies in an answer about experience.
const MOST_SKILLS: usize = 3;

/// What a question asks for, in the order of answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Topic {
    Interest,
    Notice,
    Pay,
    Experience,
    Contact,
    Scheduling,
}

/// The answer; nothing where a question is left that only the person can answer.
pub(crate) fn answer(w: &Writing<'_>) -> Option<Vec<String>> {
    let topics = topics(w.scored, w.voice)?;
    let mut said = vec![w.opening_again()];
    for topic in &topics {
        said.extend(match topic {
            Topic::Interest => interest(w)?,
            Topic::Notice => notice(w)?,
            Topic::Pay => pay(w)?,
            Topic::Experience => experience(w)?,
            Topic::Contact => contact(w, !topics.contains(&Topic::Experience))?,
            Topic::Scheduling => scheduling(w)?,
        });
    }
    let missing = open(w);
    if topics.last() == Some(&Topic::Scheduling) {
        return Some(said);
    }
    if !missing.is_empty() {
        said.extend(missing);
        return Some(said);
    }
    said.push(match w.persona.status {
        SearchStatus::NotLooking => w.say("next", &w.voice.not_now.door, &[]),
        _ if topics.iter().all(|topic| matches!(topic, Topic::Interest | Topic::Contact)) => {
            w.say("next", &w.voice.answer.next_here, &[])
        }
        _ => w.say("next", &w.voice.answer.next, &[]),
    });
    Some(said)
}

/// The fact that still decides and that nobody has stated, as a question; nothing where the earlier messages of the
/// conversation are not known, or where no answer would change the person's mind.
fn open(w: &Writing<'_>) -> Vec<String> {
    let Some(earlier) = w.earlier else { return Vec::new() };
    if w.persona.status == SearchStatus::NotLooking || vetoes(w.scored).next().is_some() {
        return Vec::new();
    }
    let stated = |name: &String| match name.as_str() {
        "client" => earlier.company.is_some(),
        "pay" => earlier.salary.is_some(),
        "place" => earlier.remote_policy.is_some(),
        "contract" => earlier.employment_type.is_some(),
        "stack" => !earlier.tech_stack.is_empty(),
        "role" => earlier.role.is_some(),
        "week" => earlier.work_week_days.is_some(),
        _ => false,
    };
    let missing: Vec<_> = deciding(w.scored, usize::MAX).into_iter().filter(|name| !stated(name)).take(1).collect();
    let mut said = questions(w, &missing);
    if !said.is_empty() {
        said.push(w.say("next", &w.voice.ask.next, &[]));
    }
    said
}

/// What is asked, each once; nothing where a question is not understood.
fn topics(scored: &OpportunityScored, voice: &Voice) -> Option<Vec<Topic>> {
    let analysis = &scored.analysis;
    let stated = analysis.facts.question_type.as_ref().map(|field| field.value);
    let asked = asked(scored, voice);
    let mut topics = Vec::new();
    for question in &asked {
        let read = read(question, scored, voice)?;
        let lone = asked.len() == 1;
        match (read.is_empty(), lone.then_some(stated).flatten().and_then(topic)) {
            (false, _) => topics.extend(read),
            (true, Some(topic)) => topics.push(topic),
            (true, None) => return None,
        }
    }
    if asked.is_empty() {
        // A request without a question mark: the whole message is what is asked.
        let read = read(&analysis.message.text, scored, voice)?;
        let experience = stated == Some(QuestionType::Experience) && read.contains(&Topic::Experience);
        topics.extend(experience.then_some(Topic::Experience));
    }
    topics.extend(stated.and_then(topic));
    topics.sort();
    topics.dedup();
    (!topics.is_empty()).then_some(topics)
}

/// Every question of the message that wants an answer.
fn asked<'a>(scored: &'a OpportunityScored, voice: &Voice) -> Vec<&'a str> {
    let analysis = &scored.analysis;
    let mut asked: Vec<&str> = analysis.facts.questions.iter().map(|q| q.value.as_str()).collect();
    for sentence in sentences(&analysis.message.text).into_iter().filter(|s| s.ends_with('?')) {
        if !asked.iter().any(|known| known.contains(sentence) || sentence.contains(known)) {
            asked.push(sentence);
        }
    }
    // "How are you?" wants no answer, "How are you, and when could you start?" does.
    let courtesy = |question: &str| voice.reads.courtesy.iter().any(|word| contains_words(question, word));
    asked.retain(|question| {
        !courtesy(question) || read(question, scored, voice).is_none_or(|topics| !topics.is_empty())
    });
    asked
}

/// What one question asks for, by its words: perhaps none that are known. Nothing where it is the person's alone.
fn read(question: &str, scored: &OpportunityScored, voice: &Voice) -> Option<Vec<Topic>> {
    let reads = &voice.reads;
    let has = |words: &[String]| words.iter().any(|word| contains_words(question, word));
    if has(&reads.personal) {
        return None;
    }
    let contact = has(&reads.phone) || has(&reads.email) || has(&reads.cv);
    let technology = scored.analysis.facts.tech_stack.iter().any(|mention| within(question, mention, scored));
    let found = [
        (Topic::Notice, has(&reads.notice)),
        (Topic::Pay, has(&reads.pay)),
        (Topic::Experience, has(&reads.career) || technology),
        (Topic::Contact, contact),
        (Topic::Scheduling, has(&reads.scheduling) && !contact),
        (Topic::Interest, has(&reads.interest) && !has(&reads.scheduling) && !contact),
    ];
    Some(found.into_iter().filter(|(_, found)| *found).map(|(topic, _)| topic).collect())
}

/// Whether the words of a mention stand in the question.
fn within(question: &str, mention: &TechMention, scored: &OpportunityScored) -> bool {
    let quote = mention.evidence.quote(&scored.analysis.message);
    quote.is_some_and(|quote| contains_words(question, quote))
}

/// The topic of the analysis' question type. Experience is none here: only words tell whose experience in what.
fn topic(question_type: QuestionType) -> Option<Topic> {
    match question_type {
        QuestionType::Availability => Some(Topic::Notice),
        QuestionType::Salary => Some(Topic::Pay),
        QuestionType::Scheduling => Some(Topic::Scheduling),
        QuestionType::Interest => Some(Topic::Interest),
        QuestionType::Contact => Some(Topic::Contact),
        QuestionType::Experience | QuestionType::Other => None,
    }
}

fn interest(w: &Writing<'_>) -> Option<Vec<String>> {
    if vetoes(w.scored).next().is_some() {
        return None;
    }
    let answer = &w.voice.answer;
    Some(vec![match w.by_status(&answer.active, &answer.passive, &answer.selective) {
        Some(choices) => w.stand(choices, &w.voice.engage.own_open),
        None => w.say("stand", &answer.not_looking, &[]),
    }])
}

fn notice(w: &Writing<'_>) -> Option<Vec<String>> {
    let answer = &w.voice.answer;
    let days = u32::from(w.persona.notice_days.asked()?);
    // In an answer a notice period is a figure to compare: digits, as in a contract.
    let span =
        if days == 1 { w.voice.time.day.clone() } else { fill(&w.voice.time.days, &[("count", &days.to_string())]) };
    Some(vec![if days == 0 {
        w.say("notice", &answer.no_notice, &[])
    } else {
        w.say("notice", &answer.notice, &[("days", &span)])
    }])
}

fn pay(w: &Writing<'_>) -> Option<Vec<String>> {
    let answer = &w.voice.answer;
    match w.persona.pay {
        Disclosed::OnRequest((amount, currency)) | Disclosed::Open((amount, currency)) => {
            let pay = w.voice.money(amount, currency);
            Some(vec![w.say("pay", &answer.pay, &[("pay", &pay)])])
        }
        // Kept back: the range of the role comes first, unless they have given it already.
        Disclosed::Withheld if w.scored.analysis.facts.salary.is_none() => {
            Some(vec![w.say("pay", &answer.pay_withheld, &[])])
        }
        Disclosed::Withheld | Disclosed::Unknown => None,
    }
}

/// Years with what they name; where they name something the profile lacks, the person answers.
fn experience(w: &Writing<'_>) -> Option<Vec<String>> {
    let answer = &w.voice.answer;
    let named: Vec<&TechMention> = w.scored.analysis.facts.tech_stack.iter().collect();
    if named.is_empty() {
        let years = w.voice.years(u32::from(w.persona.years?));
        let mut said = vec![w.say("career", &answer.career, &[("years", &years)])];
        said.extend(w.headline());
        said.extend(w.skills(
            "experience",
            &w.persona.strongest(MOST_SKILLS),
            MOST_SKILLS,
            &answer.years,
            &answer.plain,
        ));
        return Some(said);
    }
    let known: Vec<Skill<'_>> = named.iter().map(|mention| w.persona.skill(&mention.name)).collect::<Option<_>>()?;
    let complete = known.len() <= MOST_SKILLS
        && (known.iter().all(|s| s.years.is_some()) || known.iter().all(|s| s.years.is_none()));
    let sentence = w.skills("experience", &known, MOST_SKILLS, &answer.years, &answer.plain);
    if complete { sentence.map(|s| vec![s]) } else { None }
}

/// Contact facts by their policy: given where it lets them out, else the conversation stays here and the background
/// is told instead, unless it is told already.
fn contact(w: &Writing<'_>, with_background: bool) -> Option<Vec<String>> {
    let (voice, persona) = (w.voice, w.persona);
    let text = &w.scored.analysis.message.text;
    let asks = |words: &[String]| words.iter().any(|word| contains_words(text, word));
    let facts = [
        (asks(&voice.reads.phone), persona.phone, &voice.answer.phone, &voice.facts.phone),
        (asks(&voice.reads.email), persona.email, &voice.answer.email, &voice.facts.email),
        (asks(&voice.reads.cv), persona.cv, &voice.answer.cv, &voice.facts.cv),
    ];
    let (mut given, mut kept) = (Vec::new(), Vec::new());
    for (asked, fact, giving, name) in facts {
        match fact {
            _ if !asked => {}
            Disclosed::Withheld => kept.push(name.clone()),
            // The policy would tell it, but the profile does not hold it.
            Disclosed::Unknown => return None,
            Disclosed::OnRequest(value) | Disclosed::Open(value) => {
                given.push(w.style.form(giving, &[("value", value)]))
            }
        }
    }
    if !kept.is_empty() {
        let facts = joined(&kept, &voice.nor);
        given.push(w.say("stay", &voice.answer.stay_here, &[("facts", &facts)]));
        let strongest = if with_background { persona.strongest(MOST_SKILLS) } else { Vec::new() };
        given.extend(w.skills(
            "background",
            &strongest,
            MOST_SKILLS,
            &voice.answer.background,
            &voice.answer.background_plain,
        ));
    }
    (!given.is_empty()).then_some(given)
}

/// Call windows of the profile. Whether to talk about a job that fails a condition, or at all, is the person's.
fn scheduling(w: &Writing<'_>) -> Option<Vec<String>> {
    let talks = w.persona.status != SearchStatus::NotLooking && vetoes(w.scored).next().is_none();
    let times = if talks { w.call_times() } else { Vec::new() };
    let said = std::iter::once(w.say("talk", &w.voice.answer.talk, &[])).chain(times.iter().cloned()).collect();
    (!times.is_empty()).then_some(said)
}
