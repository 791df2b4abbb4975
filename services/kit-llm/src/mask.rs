//! Phone numbers and mail addresses out of what leaves the machine. Where in doubt it masks: what a model does not see
//! the rules still read here.

use std::{borrow::Cow, sync::LazyLock};

use regex::{Captures, Regex};

/// Stands where a phone number was.
pub(crate) const PHONE: &str = "[phone]";
/// Stands where a mail address was.
pub(crate) const MAIL: &str = "[mail]";

// A pattern that does not compile masks nothing; the tests below would fail on the first.
static MAILS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let at = r"(?:@|\s?[\[(]\s?(?:at|arroba|@)\s?[\])]\s?)";
    let dot = r"(?:\.|\s?[\[(]\s?(?:dot|punto|\.)\s?[\])]\s?)";
    Regex::new(&format!(r"(?i)[\p{{L}}\p{{N}}._%+'-]+{at}[\p{{L}}\p{{N}}-]+(?:{dot}[\p{{L}}\p{{N}}-]+)+")).ok()
});
static NUMBERS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\+?\(?\d(?:[\s\u{a0}().·/\-‐‑–]{0,3}\d){5,19}").ok());
static CUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = "tel|tel[eé]fono|telephone|phone|mobile|m[oó]vil|cel|celular|cell|call|ll[aá]ma\\w*|whats\\s?app|wsp|\
                 telegram|signal|handy|telefon|portable|tlf|tfno|ring|text|n[uú]mero|number";
    Regex::new(&format!(r"(?i)\b(?:{words})\b[^\d\p{{L}}]{{0,6}}(?:\p{{L}}{{1,5}}\W{{1,3}}){{0,2}}$")).ok()
});
static MONEY_BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:[$€£¥₹]|\b(?:US|R|A|C|MX)\$|\b(?:USD|EUR|GBP|CHF|MXN|COP|CLP|ARS|BRL|INR|CAD|AUD|PEN|JPY))\s?$")
        .ok()
});
static MONEY_AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let units = "[$€£¥₹%]|USD|EUR|GBP|CHF|MXN|COP|CLP|ARS|BRL|INR|CAD|AUD|PEN|JPY|euros?|dollars?|d[oó]lares|pesos|k\\b|\
                 brut|gross|anual|al a[nñ]o|per year|a year|/\\s?(?:year|month|mes|a[nñ]o)";
    Regex::new(&format!(r"(?i)^\s?(?:{units})")).ok()
});
static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^(?:19|20)\d\d[-/.][01]?\d[-/.][0-3]?\d").ok());

/// `text` with a placeholder for each phone number and mail address.
pub fn mask_contacts(text: &str) -> String {
    let without_mails = MAILS.as_ref().map_or(Cow::Borrowed(text), |mails| mails.replace_all(text, MAIL));
    let Some(numbers) = NUMBERS.as_ref() else { return without_mails.into_owned() };
    let masked = numbers.replace_all(&without_mails, |found: &Captures<'_>| {
        let Some(whole) = found.get(0) else { return String::new() };
        let (before, after) = (&without_mails[..whole.start()], &without_mails[whole.end()..]);
        if is_phone(whole.as_str(), before, after) { PHONE.to_owned() } else { whole.as_str().to_owned() }
    });
    masked.into_owned()
}

fn is_phone(number: &str, before: &str, after: &str) -> bool {
    let matches = |pattern: &Option<Regex>, text: &str| pattern.as_ref().is_some_and(|pattern| pattern.is_match(text));
    let digits = number.chars().filter(char::is_ascii_digit).count();
    if number.starts_with('+') || number.starts_with("00") {
        return digits >= 7;
    }
    if matches(&MONEY_BEFORE, last(before, 8)) || matches(&MONEY_AFTER, after) {
        return false;
    }
    if matches(&CUE, last(before, 40)) {
        return true;
    }
    digits >= 9 && !is_range(number) && !matches(&DATE, number)
}

/// Two amounts with a dash between, like `60000-75000` or `120.000 – 150.000`.
fn is_range(number: &str) -> bool {
    let sides: Vec<_> = number.split(['-', '‐', '‑', '–']).map(str::trim).collect();
    let amount = |side: &&str| {
        let plain = side.chars().all(|c| c.is_ascii_digit()) && (4..=7).contains(&side.len()) && side.ends_with('0');
        let groups: Vec<_> = side.split(['.', ' ', '\u{a0}']).collect();
        let grouped = groups.len() > 1 && groups[1..].iter().all(|group| group.len() == 3) && side.ends_with("00");
        plain || grouped
    };
    sides.len() == 2 && sides.iter().all(amount)
}

/// The last characters of a text, up to `most`.
fn last(text: &str, most: usize) -> &str {
    text.char_indices().rev().nth(most.saturating_sub(1)).map_or(text, |(at, _)| &text[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_and_phones_are_masked() {
        for (text, expected) in [
            ("write to ana.ruiz+jobs@example.co.uk please", "write to [mail] please"),
            ("ana (at) example (dot) com", "[mail]"),
            ("ana [arroba] example.com", "[mail]"),
            ("josé@señal.es", "[mail]"),
            ("call +34 600 11 22 33.", "call [phone]."),
            ("mi móvil es 600 112 233, gracias", "mi móvil es [phone], gracias"),
            ("600112233", "[phone]"),
            ("(555) 010-4477", "[phone]"),
            ("555-010-4477 x12", "[phone] x12"),
            ("WhatsApp: 6612-3456", "WhatsApp: [phone]"),
            ("0044 20 7946 0123", "[phone]"),
            ("tel. 91.123.45.67", "tel. [phone]"),
            (r#"{"message":"a@b.co\n+1 (555) 010 2233"}"#, r#"{"message":"[mail]\n[phone]"}"#),
        ] {
            assert_eq!(mask_contacts(text), expected, "{text}");
        }
    }

    #[test]
    fn pay_dates_and_sizes_stay() {
        for text in [
            "60000-75000",
            "salary 120.000 – 150.000",
            "€120 000 - 150 000 gross",
            "USD 120000-150000 a year",
            "COP 180.000.000 al año",
            "$1,200,000,000 in funding",
            "180 000 000 pesos",
            "on 2026-11-24 10:30",
            "between 2019 and 2023, 10-15 people, 24/7",
            "Java 8/11/17, ISO 27001, version 1.20.300",
            "30-40 LPA",
            "CHF 120'000",
        ] {
            assert_eq!(mask_contacts(text), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_taken(text in "\\PC{0,200}") {
            mask_contacts(&text);
        }

        #[test]
        fn no_mail_of_letters_and_digits_survives(user in "[a-z0-9]{1,12}", host in "[a-z0-9]{1,12}", pad in "[ \\n,.;:]{0,3}") {
            let masked = mask_contacts(&format!("{pad}{user}@{host}.com{pad}"));
            proptest::prop_assert!(!masked.contains('@'), "{}", masked);
        }

        #[test]
        fn no_international_number_survives(country in 1u32..999, number in 1_000_000_000u64..9_999_999_999) {
            let masked = mask_contacts(&format!("reach me on +{country} {number} today"));
            proptest::prop_assert_eq!(masked, "reach me on [phone] today");
        }
    }
}
