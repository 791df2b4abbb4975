//! What `sluice read` shows in a terminal: the fields with their words, the score with its proof, the draft.

use std::{fmt::Write as _, time::Duration};

use contract::{
    Evidence, Field, Fulfilment, Message, MessageDismissed, OpportunityScored, Salary, Score, ScoreLine, Tier,
};
use responder::Drafted;

/// Width of the left column.
const LEFT: usize = 58;
/// Width of the values of a score's line.
const RIGHT: usize = 44;
/// Longest quote shown.
const QUOTE: usize = 34;

/// An opportunity.
pub(crate) fn opportunity(scored: &OpportunityScored, draft: &Drafted, elapsed: Duration) -> String {
    let analysis = &scored.analysis;
    let message = &analysis.message;
    let mut out = head(elapsed);
    let who = message.sender.name.as_deref().map(|name| format!(" · {name}")).unwrap_or_default();
    let title = format!("{} · {}{who}", analysis.kind.as_str().replace('_', " "), language(analysis.language));
    match &scored.score {
        Some(score) => row(&mut out, &title, &format!("{:>3}  {}  {}", score.total, level(score), tier(score.tier))),
        None => row(&mut out, &title, "no profile, no score: sluice read --profile FILE"),
    }
    let right = scored.score.as_ref().map(proof).unwrap_or_default();
    let mut right = right.into_iter();
    for left in fields(scored) {
        row(&mut out, &left, &right.next().unwrap_or_default());
    }
    for rest in right {
        row(&mut out, "", &rest);
    }
    if let Some(score) = &scored.score {
        verdict(&mut out, scored, score);
    }
    if !analysis.flags.is_empty() {
        let flags: Vec<String> = analysis.flags.iter().map(|flag| flag.as_str().replace('_', " ")).collect();
        line(&mut out, &format!("flags    {}", flags.join(", ")));
    }
    out.push('\n');
    match &draft.text {
        Ok(text) => {
            line(&mut out, &format!("draft    {} words, {}", text.split_whitespace().count(), scored.decision));
            for paragraph in text.lines() {
                for wrapped in wrap(paragraph, 96) {
                    line(&mut out, &format!("  {wrapped}"));
                }
            }
        }
        Err(reason) => line(&mut out, &format!("no draft: {}", no_draft(*reason))),
    }
    out.trim_end().to_owned()
}

/// A message that makes no opportunity.
pub(crate) fn dismissed(dismissed: &MessageDismissed, elapsed: Duration) -> String {
    let mut out = head(elapsed);
    let kind = dismissed.kind.map_or("own message", |kind| kind.as_str());
    line(&mut out, &format!("{kind} · {} · no opportunity", language(dismissed.language)));
    line(&mut out, &format!("why      {}", dismissed.detail));
    out.trim_end().to_owned()
}

fn head(elapsed: Duration) -> String {
    format!(
        "{:>110}\n",
        format!("rules engine · {:.1} ms · nothing stored, nothing sent", elapsed.as_secs_f64() * 1000.0)
    )
}

/// Fields with the words that prove them.
fn fields(scored: &OpportunityScored) -> Vec<String> {
    let (facts, message) = (&scored.analysis.facts, &scored.analysis.message);
    let mut lines = Vec::new();
    let mut show = |name: &str, value: Option<(String, Evidence)>| {
        lines.push(match value {
            Some((value, evidence)) => format!("{name:<9}{value}  {}", quote(message, evidence)),
            None => format!("{name:<9}not stated"),
        });
    };
    let text = |field: &Option<Field<String>>| field.as_ref().map(|f| (f.value.clone(), f.evidence));
    show("role", text(&facts.role));
    show("pay", facts.salary.as_ref().map(|f| (pay(&f.value), f.evidence)));
    let place = facts.location.as_ref().map(|l| format!(", {}", l.value)).unwrap_or_default();
    show(
        "place",
        match &facts.remote_policy {
            Some(f) => Some((format!("{}{place}", f.value), f.evidence)),
            None => text(&facts.location),
        },
    );
    show("company", text(&facts.company).or_else(|| text(&facts.agency).map(|(a, e)| (format!("agency {a}"), e))));
    show("level", facts.seniority.as_ref().map(|f| (f.value.to_string(), f.evidence)));
    let names: Vec<&str> = facts.tech_stack.iter().map(|t| t.name.as_str()).collect();
    for (index, chunk) in
        wrap(&if names.is_empty() { "not stated".to_owned() } else { names.join(", ") }, LEFT - 12).iter().enumerate()
    {
        lines.push(format!("{:<9}{chunk}", if index == 0 { "stack" } else { "" }));
    }
    lines
}

/// The score's lines, each with the values it used.
fn proof(score: &Score) -> Vec<String> {
    let mut lines = Vec::new();
    for ScoreLine { line, points, max, values, rule } in &score.lines {
        let name = format!("{line:?}").to_lowercase();
        let used: Vec<String> = values.iter().map(|(name, value)| format!("{} {value}", value_name(name))).collect();
        let said = if used.is_empty() { rule.clone() } else { used.join(" · ") };
        for (index, part) in wrap(&said, RIGHT).iter().enumerate() {
            let head = if index == 0 { format!("{name:<10}{points:>2}/{max:<2}  ") } else { " ".repeat(17) };
            lines.push(format!("{head}{part}"));
        }
    }
    lines
}

/// The name of a value in words.
fn value_name(name: &str) -> String {
    match name {
        "welcome" => "nice to have".to_owned(),
        name => name.replace('_', " "),
    }
}

fn verdict(out: &mut String, scored: &OpportunityScored, score: &Score) {
    if !score.filters.is_empty() {
        let marks: Vec<String> = score
            .filters
            .iter()
            .map(|filter| {
                let mark = match filter.fulfilment {
                    Fulfilment::Pass => "✓",
                    Fulfilment::Fail => "✗",
                    Fulfilment::Unknown => "?",
                };
                format!("{} {mark}", filter.name.replace('_', " "))
            })
            .collect();
        line(out, &format!("vetoes   {}", marks.join("  ")));
        for failed in score.filters.iter().filter(|f| f.fulfilment == Fulfilment::Fail) {
            line(out, &format!("         {}", failed.reason));
        }
    }
    if score.tier != score.tier_uncapped {
        line(
            out,
            &format!(
                "capped   {} by its points, {} because of {}",
                tier(score.tier_uncapped),
                tier(score.tier),
                match score.cap_reason {
                    Some(contract::CapReason::Veto) => "a veto",
                    Some(contract::CapReason::Thin) => "how little it says",
                    None => "a cap",
                }
            ),
        );
    } else if let Some(points) = score.to_next_tier {
        line(out, &format!("next     {points} points to the next tier"));
    }
    line(out, &format!("decision {}", scored.decision));
}

/// The level: a bar with ticks at 30, 50 and 75.
fn level(score: &Score) -> String {
    const CELLS: usize = 20;
    let filled = usize::from(score.total) * CELLS / 100;
    let fill = if score.tier == score.tier_uncapped { '█' } else { '▒' };
    let cells: String = (0..CELLS)
        .map(|cell| match cell {
            6 | 10 | 15 => '┊',
            cell if cell < filled => fill,
            _ => ' ',
        })
        .collect();
    format!("▕{cells}▏")
}

/// What a person calls a tier.
fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::HighPriority => "HIGH PRIORITY",
        Tier::Interesante => "INTERESTING",
        Tier::PocoInteresante => "LOW INTEREST",
        Tier::NoInteresa => "NOT FOR ME",
    }
}

fn language(language: contract::Language) -> &'static str {
    use contract::Language as L;
    match language {
        L::En => "English",
        L::Es => "Spanish",
        L::Pt => "Portuguese",
        L::Fr => "French",
        L::De => "German",
        L::It => "Italian",
        L::Und => "language not clear",
    }
}

fn no_draft(reason: contract::NoDraftReason) -> &'static str {
    use contract::NoDraftReason as R;
    match reason {
        R::NoProfile => "there is no profile to write from",
        R::TooOld => "the message is too old to answer",
        R::Partial => "only a preview of the message is known",
        R::Injection => "it tries to give orders to a machine; read it yourself first",
        R::ScamSigns => "it shows signs of fraud",
        R::NeedsPerson => "it asks for something that only you can answer",
        R::Ignored => "it is not worth an answer",
        R::Language => "no draft can be written in its language yet",
    }
}

/// `95,000–115,000 EUR a year`
fn pay(salary: &Salary) -> String {
    let number = |n: i64| {
        let digits = n.abs().to_string();
        let groups: Vec<&str> =
            digits.as_bytes().rchunks(3).rev().filter_map(|c| std::str::from_utf8(c).ok()).collect();
        groups.join(",")
    };
    let range = match (salary.min, salary.max) {
        (Some(min), Some(max)) if min == max => number(min),
        (Some(min), Some(max)) => format!("{}–{}", number(min), number(max)),
        (Some(min), None) => format!("from {}", number(min)),
        (None, Some(max)) => format!("up to {}", number(max)),
        (None, None) => "stated, no figure".to_owned(),
    };
    let currency = salary.currency.as_deref().unwrap_or("currency not stated");
    let period = salary.period.map(|p| format!(" a {p}")).unwrap_or_default();
    let basis = salary.basis.map(|b| format!(" {b}")).unwrap_or_default();
    format!("{range} {currency}{period}{basis}")
}

/// `“the words”`, shortened.
fn quote(message: &Message, evidence: Evidence) -> String {
    let words = evidence.quote(message).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() > QUOTE {
        format!("“{}…”", words.chars().take(QUOTE - 1).collect::<String>())
    } else {
        format!("“{words}”")
    }
}

fn row(out: &mut String, left: &str, right: &str) {
    let width = left.chars().count();
    let pad = LEFT.saturating_sub(width).max(2);
    // Writing to a String does not fail.
    let _ = writeln!(out, " {}", format!("{left}{}{right}", " ".repeat(pad)).trim_end());
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, " {}", text.trim_end());
}

/// Breaks a paragraph at spaces.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last().map_or(0, |l| l.chars().count());
        if last > 0 && last + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(current) = lines.last_mut() {
            if !current.is_empty() {
                current.push(' ');
            }
            current.push_str(word);
        }
    }
    lines
}
