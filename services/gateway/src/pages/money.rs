//! Pay and time in few characters: `€95–115k`, `£550 a day`, `2 h`.

use chrono::{DateTime, Utc};

use crate::words::Words;

/// Pay as a list shows it; `None` where no figure is stated.
pub(crate) fn pay(
    words: &Words,
    (min, max): (Option<i64>, Option<i64>),
    currency: Option<&str>,
    period: Option<&str>,
) -> Option<String> {
    let sign = sign(currency);
    let figures = match (min, max) {
        (Some(min), Some(max)) if min != max => format!("{sign}{}", range(min, max)),
        (Some(one), Some(_)) => format!("{sign}{}", short(one)),
        (Some(min), None) => words.with("pay-from", format!("{sign}{}", short(min))),
        (None, Some(max)) => words.with("pay-to", format!("{sign}{}", short(max))),
        (None, None) => return None,
    };
    Some(match period {
        None | Some("year") => figures,
        Some(period) => format!("{figures} {}", words.t(&format!("per-{period}"))),
    })
}

fn sign(currency: Option<&str>) -> String {
    match currency {
        None => String::new(),
        Some("EUR") => "€".to_owned(),
        Some("USD") => "$".to_owned(),
        Some("GBP") => "£".to_owned(),
        Some("JPY") => "¥".to_owned(),
        Some("INR") => "₹".to_owned(),
        Some("BRL") => "R$".to_owned(),
        Some(code) => format!("{code} "),
    }
}

/// `95–115k` where both are thousands, else each by itself.
fn range(min: i64, max: i64) -> String {
    let (low, high) = (short(min), short(max));
    match (low.strip_suffix('k'), high.strip_suffix('k')) {
        (Some(low), Some(high)) => format!("{low}–{high}k"),
        _ => format!("{low}–{high}"),
    }
}

fn short(value: i64) -> String {
    match value {
        10_000_000.. => decimal(value, 1_000_000, "M"),
        10_000.. => decimal(value, 1_000, "k"),
        _ => grouped(value),
    }
}

fn decimal(value: i64, unit: i64, suffix: &str) -> String {
    let (whole, tenth) = (value / unit, value % unit * 10 / unit);
    if tenth == 0 { format!("{}{suffix}", grouped(whole)) } else { format!("{}.{tenth}{suffix}", grouped(whole)) }
}

/// `12,345`.
pub(crate) fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = if value < 0 { "-".to_owned() } else { String::new() };
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How long ago, in one unit; a day by its date once it is over a month ago.
pub(crate) fn age(words: &Words, then: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let minutes = (now - then).num_minutes();
    match minutes {
        ..1 => words.t("now").to_owned(),
        1..60 => format!("{minutes} min"),
        60..1_440 => format!("{} h", minutes / 60),
        1_440..43_200 => format!("{} d", minutes / 1_440),
        _ => then.format("%Y-%m-%d").to_string(),
    }
}

/// A span of work: `0.3 s`, `12 ms`.
pub(crate) fn span(milliseconds: i64) -> String {
    match milliseconds {
        ..0 => "0 ms".to_owned(),
        0..100 => format!("{milliseconds} ms"),
        100..60_000 => format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100),
        _ => format!("{} min", milliseconds / 60_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Catalogue, Tongue};

    #[test]
    fn pay_is_short_and_says_what_it_is_per() {
        let catalogue = Catalogue::load();
        let words = catalogue.words(Tongue::English);
        let check = |figures, currency, period, expected: &str| {
            assert_eq!(pay(words, figures, currency, period).as_deref(), Some(expected));
        };
        check((Some(95_000), Some(115_000)), Some("EUR"), Some("year"), "€95–115k");
        check((Some(85_500), Some(85_500)), Some("EUR"), None, "€85.5k");
        check((None, Some(95_000)), Some("USD"), Some("year"), "up to $95k");
        check((Some(550), Some(550)), Some("GBP"), Some("day"), "£550 a day");
        check((Some(3_500), None), Some("EUR"), Some("month"), "from €3,500 a month");
        check((Some(120_000), Some(120_000)), Some("CHF"), Some("year"), "CHF 120k");
        check((Some(12_000_000), Some(12_000_000)), Some("JPY"), Some("year"), "¥12M");
        check((Some(9_500), Some(10_500)), None, Some("month"), "9,500–10.5k a month");
        assert_eq!(pay(words, (None, None), Some("EUR"), None), None);
    }

    #[test]
    fn time_is_told_in_one_unit() {
        let catalogue = Catalogue::load();
        let words = catalogue.words(Tongue::English);
        let now: DateTime<Utc> = "2026-11-24T12:00:00Z".parse().expect("a time");
        let ago = |minutes| age(words, now - chrono::Duration::minutes(minutes), now);
        assert_eq!([ago(0), ago(-9), ago(59), ago(120), ago(1_440 * 29)], ["now", "now", "59 min", "2 h", "29 d"]);
        assert_eq!(ago(1_440 * 40), "2026-10-15");
        assert_eq!([span(3), span(340), span(61_000)], ["3 ms", "0.3 s", "1 min"]);
    }
}
