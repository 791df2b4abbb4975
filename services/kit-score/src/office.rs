//! How many days a week in the office a message states, in English and Spanish: "2 days a week in the office",
//! "tres días presenciales", "onsite 3 days".

use crate::words::Words;

/// What a message says of office days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OfficeDays {
    /// This many a week; 0 where they are counted by the month.
    Stated(u8),
    NotStated,
}

const DAY: &[&str] = &["day", "days", "dia", "dias"];
const OFFICE: &[&str] = &["office", "oficina", "oficinas", "onsite", "presencial", "presenciales", "hq"];
const HOME: &[&str] = &[
    "remote",
    "remoto",
    "remotos",
    "remotely",
    "teletrabajo",
    "home",
    "casa",
    "wfh",
    "holiday",
    "holidays",
    "vacaciones",
];
const MONTH: &[&str] = &["month", "mes", "monthly", "quarter", "trimestre", "year", "ano", "annual"];
/// Words of a clause to look at after the number, and before it.
const AFTER: usize = 8;
const BEFORE: usize = 3;

/// The last statement counts: in a conversation it is the newest.
pub(crate) fn office_days(words: &Words) -> OfficeDays {
    let all = words.as_slice();
    let mut stated = OfficeDays::NotStated;
    for at in 0..all.len() {
        let Some(days) = number(&all[at]) else { continue };
        let clause = words.clause(at + 1, AFTER);
        if !clause.first().is_some_and(|next| is(next, DAY)) {
            continue;
        }
        let before = &all[at.saturating_sub(BEFORE)..at];
        let said_before =
            before.iter().any(|word| is(word, OFFICE)) || before.ends_with(&["on".to_owned(), "site".to_owned()]);
        let office = clause
            .iter()
            .enumerate()
            .position(|(i, word)| is(word, OFFICE) || (word == "site" && i > 0 && clause[i - 1] == "on"));
        let home = clause.iter().position(|word| is(word, HOME));
        let in_office = match (office, home) {
            (Some(office), Some(home)) => office < home,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => said_before,
        };
        if in_office {
            let by_month = clause.iter().any(|word| is(word, MONTH));
            stated = OfficeDays::Stated(if by_month { 0 } else { days });
        }
    }
    stated
}

fn is(word: &str, any: &[&str]) -> bool {
    any.contains(&word)
}

fn number(word: &str) -> Option<u8> {
    let days = match word {
        "one" | "un" | "uno" | "1" => 1,
        "two" | "dos" | "2" => 2,
        "three" | "tres" | "3" => 3,
        "four" | "cuatro" | "4" => 4,
        "five" | "cinco" | "5" => 5,
        _ => return None,
    };
    Some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u8>) {
        let expected = expected.map_or(OfficeDays::NotStated, OfficeDays::Stated);
        assert_eq!(office_days(&Words::of(text)), expected, "{text:?}");
    }

    #[test]
    fn office_days_are_read_where_they_are_stated() {
        check("Hybrid, 2 days a week in the office.", Some(2));
        check("Hybrid with 2-3 days per week in our Madrid office", Some(3));
        check("Híbrido: tres días presenciales", Some(3));
        check("un día de oficina a la semana", Some(1));
        check("onsite 3 days", Some(3));
        check("oficina 2 días por semana", Some(2));
        check("one day on-site", Some(1));
        check("2 days a month at the office", Some(0));
        check("3 days remote, 2 days in the office", Some(2));
        check("3 days a week in the office.\nOn second thoughts one day in the office is enough", Some(1));
    }

    #[test]
    fn other_days_are_not_office_days() {
        check("3 days of remote work", None);
        check("4 days a week. Our office is nice", None);
        check("25 days of holiday", None);
        check("5 years in the office of the CTO", None);
        check("Hybrid in Madrid", None);
        check("", None);
    }
}
