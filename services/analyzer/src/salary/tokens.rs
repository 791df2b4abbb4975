//! Amounts in folded text: a number with its multiplier and the currency on either side.

use std::sync::LazyLock;

use regex::Regex;

use crate::{clean::Span, pattern::pattern, tech::floor};

/// What a number is multiplied by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Unit {
    One,
    Thousand,
    Million,
    /// Funding and markets, never pay.
    Billion,
    /// India's 100,000; `per_annum` for LPA.
    Lakh {
        per_annum: bool,
    },
}

/// Currency as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Money {
    Code(&'static str),
    /// A bare `$` or "pesos": the place decides.
    Dollar,
    Peso,
}

/// A number with what belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Amount {
    pub(crate) value: f64,
    pub(crate) unit: Unit,
    pub(crate) money: Option<Money>,
    /// Position in the folded text.
    pub(crate) span: Span,
    /// Digits without separator, for years and the like.
    pub(crate) bare: bool,
}

const MONEY: &[(&str, &str)] = &[
    ("USD", r"us\$|u\$s|u\$d|\$us|usd|us dollars?|dollars?|bucks|dolares|dolar|doletas"),
    ("USDT", r"usdt|usdc"),
    ("EUR", r"€|eur(?:os?)?"),
    ("GBP", r"£|gbp|pounds?|quid"),
    ("CHF", r"chf|sfr\.?|fr\."),
    ("BRL", r"r\$|brl|reais"),
    ("CAD", r"c\$|ca\$|cad"),
    ("AUD", r"a\$|au\$|aud"),
    ("NZD", r"nz\$|nzd"),
    ("SGD", r"s\$|sgd"),
    ("HKD", r"hk\$|hkd"),
    ("MXN", r"mx\$|mxn|pesos mexicanos"),
    ("ARS", r"ar\$|ars|pesos argentinos"),
    ("COP", r"cop|pesos colombianos"),
    ("CLP", r"clp|pesos chilenos"),
    ("PEN", r"s/\.?|pen|soles"),
    ("UYU", r"\$u|uyu|pesos uruguayos"),
    ("NGN", r"₦|ngn|naira"),
    ("EGP", r"egp"),
    ("KES", r"kes|ksh"),
    ("MAD", r"mad|dirhams?"),
    ("MYR", r"myr|rm"),
    ("THB", r"฿|thb|baht"),
    ("IDR", r"idr|rp"),
    ("VND", r"₫|vnd"),
    ("TWD", r"nt\$|twd"),
    ("PKR", r"pkr"),
    ("BGN", r"bgn|leva?"),
    ("CRC", r"₡|crc|colones"),
    ("DOP", r"rd\$|dop"),
    ("GTQ", r"gtq|quetzales"),
    ("BOB", r"bob|bolivianos"),
    ("PYG", r"₲|pyg|guaranies|gs\."),
    ("RSD", r"rsd"),
    ("BDT", r"৳|bdt|taka"),
    ("PAB", r"b/\.|pab|balboas"),
    ("INR", r"₹|inr|rs\.?|rupees"),
    ("CNY", r"cny|rmb|元"),
    ("JPY", r"¥|jpy|yen|円"),
    ("PLN", r"pln|zl"),
    ("SEK", r"sek"),
    ("NOK", r"nok"),
    ("DKK", r"dkk"),
    ("CZK", r"czk|kc"),
    ("HUF", r"huf|ft"),
    ("RON", r"ron"),
    ("TRY", r"₺|try"),
    ("ILS", r"₪|ils|nis"),
    ("KRW", r"₩|krw"),
    ("AED", r"aed"),
    ("ZAR", r"zar"),
    ("PHP", r"₱|php"),
    ("UAH", r"₴|uah"),
    ("SAR", r"sar"),
];

static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    let money = MONEY.iter().map(|(_, words)| *words).collect::<Vec<_>>().join("|");
    let number = r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?";
    let words = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?";
    let unit = r"k|mil|thousand|tsd\.?|grand|mm|m|mio\.?|millones|millon|milhoes|milioni|millions?|millionen|lakhs?|lacs?|lpa|l\.?p\.?a\.?|crores?|cr|bn|b|billions?|mrd|万|w";
    pattern(&format!(
        r"(?P<before>{money}|\$|pesos)?[ \t]?(?P<number>{number}|{words})[ \t]?(?:(?P<unit>{unit})(?:\b|$|(?P<glued>€|£|\$)))?(?:[ \t]?(?:de )?(?P<after>{money}|\$|pesos)(?:\b|$|[^a-z]))?"
    ))
});
static CODES: LazyLock<Vec<(&'static str, Regex)>> =
    LazyLock::new(|| MONEY.iter().map(|(code, words)| (*code, pattern(&format!("^(?:{words})$")))).collect());

/// What every amount holds. Where none is near, there is nothing to take apart.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"));
/// More bytes than a currency takes up before its number.
const LEAD: usize = 24;

/// Every amount of a text.
pub(crate) fn amounts(low: &str) -> Vec<Amount> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(number) = NUMBER.find_at(low, at)
        && let Some(found) = AMOUNT.captures_at(low, at.max(floor(low, number.start().saturating_sub(LEAD))))
    {
        let Some(number) = found.name("number") else { break };
        let ends =
            ["number", "unit", "glued", "after"].into_iter().filter_map(|name| found.name(name)).map(|m| m.end()).max();
        let end = ends.unwrap_or(number.end());
        at = end.max(number.end());
        let before = found.name("before").filter(|m| {
            !m.as_str().starts_with(|c: char| c.is_ascii_alphabetic())
                || !low[..m.start()].ends_with(|c: char| c.is_ascii_alphanumeric())
        });
        let start = before.map_or(number.start(), |m| m.start());
        let glued_left = before.is_none()
            && low[..number.start()].ends_with(|c: char| {
                c.is_ascii_alphanumeric() || "._-#@:/+'".contains(c) && !joint(low, number.start())
            });
        let glued_right =
            low[end..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '%') || low[end..].starts_with(" %");
        if glued_left && found.name("after").is_none() && found.name("unit").is_none() || glued_right {
            continue;
        }
        let (Some(value), unit) = (parse(number.as_str()), unit(found.name("unit").map_or("", |m| m.as_str()))) else {
            continue;
        };
        let money = [found.name("after"), found.name("glued"), before]
            .into_iter()
            .flatten()
            .map(|m| money(m.as_str()))
            .collect::<Vec<_>>();
        let money = money.iter().find(|m| matches!(m, Money::Code(_))).or(money.first()).copied();
        let bare = number.as_str().bytes().all(|b| b.is_ascii_digit()) && unit == Unit::One;
        out.push(Amount { value, unit, money, span: start..end, bare });
    }
    out
}

/// A hyphen or slash that joins a range, or an enumeration mark, rather than a word.
fn joint(low: &str, at: usize) -> bool {
    let lead = low[..at].trim_end_matches(['-', '/', '+', ':']);
    lead.ends_with(|c: char| c.is_ascii_digit() || c.is_whitespace() || "€$£k)".contains(c)) || low[..at].ends_with(':')
}

fn money(word: &str) -> Money {
    match word {
        "$" => Money::Dollar,
        "pesos" => Money::Peso,
        word => {
            CODES.iter().find(|(_, words)| words.is_match(word)).map_or(Money::Dollar, |(code, _)| Money::Code(code))
        }
    }
}

fn unit(word: &str) -> Unit {
    match word {
        "" => Unit::One,
        "k" | "mil" | "thousand" | "tsd" | "tsd." | "grand" => Unit::Thousand,
        "lakh" | "lakhs" | "lac" | "lacs" => Unit::Lakh { per_annum: false },
        w if w.starts_with('l') => Unit::Lakh { per_annum: true },
        "b" | "bn" | "billion" | "billions" | "mrd" | "cr" | "crore" | "crores" => Unit::Billion,
        "万" | "w" => Unit::Thousand,
        _ => Unit::Million,
    }
}

/// A number with whatever separators: groups of three are thousands, one or two digits at the end a fraction.
fn parse(written: &str) -> Option<f64> {
    if written.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return in_words(written);
    }
    let groups: Vec<&str> = written.split(['.', ',', '\'', ' ']).collect();
    let (last, head) = groups.split_last()?;
    let fraction = !head.is_empty() && last.len() != 3;
    let (whole, decimals) = if fraction { (head.concat(), *last) } else { (groups.concat(), "0") };
    (whole.len() <= 13).then(|| format!("{whole}.{decimals}").parse().ok()).flatten()
}

fn in_words(written: &str) -> Option<f64> {
    const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    const ONES: &[&str] = &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let mut words = written.split([' ', '-']);
    let tens = TENS.iter().position(|w| Some(*w) == words.clone().next())? + 2;
    let ones = words.nth(1).and_then(|w| ONES.iter().position(|o| *o == w)).map_or(0, |n| n + 1);
    u32::try_from(tens * 10 + ones).ok().map(f64::from)
}

impl Unit {
    pub(crate) fn factor(self) -> f64 {
        match self {
            Self::One => 1.0,
            Self::Thousand => 1e3,
            Self::Lakh { .. } => 1e5,
            Self::Million => 1e6,
            Self::Billion => 1e9,
        }
    }
}
