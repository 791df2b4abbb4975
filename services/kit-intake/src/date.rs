//! The forms of `DATE` seen in exports. A form that two countries read differently is refused, not guessed.

use chrono::{DateTime, NaiveDateTime, Utc};

/// Reads a date, in UTC where it names no zone.
pub(crate) fn parse(text: &str) -> Option<DateTime<Utc>> {
    // Newer exports put U+202F between the time and AM or PM.
    let text = text.trim().replace(['\u{202f}', '\u{a0}'], " ");
    if let Ok(time) = DateTime::parse_from_rfc3339(&text) {
        return Some(time.to_utc());
    }
    let zoneless = ["UTC", "GMT", "Z"].iter().find_map(|zone| text.strip_suffix(zone)).unwrap_or(&text).trim_end();
    // LinkedIn's own month-first form always says AM or PM; without it, 3/4/26 is no date.
    ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%m/%d/%y, %I:%M %p", "%m/%d/%Y, %I:%M %p"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(zoneless, form).ok())
        .map(|time| time.and_utc())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn every_form_seen_is_read_in_utc() {
        for (form, expected) in [
            ("2026-11-20 10:00:05 UTC", "2026-11-20T10:00:05+00:00"),
            (" 2026-11-20 10:00:05 ", "2026-11-20T10:00:05+00:00"),
            ("2026-11-20T10:00:05Z", "2026-11-20T10:00:05+00:00"),
            ("2026-11-20T12:00:05+02:00", "2026-11-20T10:00:05+00:00"),
            ("2026-11-20T10:00:05", "2026-11-20T10:00:05+00:00"),
            ("2026-11-20 10:00 UTC", "2026-11-20T10:00:00+00:00"),
            ("2026-11-20 10:00:05.250 UTC", "2026-11-20T10:00:05.250+00:00"),
            ("3/4/26, 9:07 PM", "2026-03-04T21:07:00+00:00"),
            ("11/20/2026, 12:30\u{202f}AM", "2026-11-20T00:30:00+00:00"),
        ] {
            assert_eq!(parse(form).map(|t| t.to_rfc3339()), Some(expected.to_owned()), "{form}");
        }
    }

    #[test]
    fn what_is_no_date_or_could_be_two_is_refused() {
        for form in [
            "",
            "UTC",
            "yesterday",
            "3/4/26",
            "03/04/2026 10:00",
            "2026-13-01 10:00:00 UTC",
            "2026-02-30 00:00:00",
            "1732097405",
        ] {
            assert_eq!(parse(form), None, "{form}");
        }
    }
}
