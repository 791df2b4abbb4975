//! Exchange rates of one day, as data, in whole micro-units: what a foreign pay is in the profile's currency.

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::NaiveDate;
use serde::Deserialize;

/// Rates of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates {
    /// The day.
    pub date: NaiveDate,
    /// Millionths of a currency unit for one euro.
    per_euro: BTreeMap<String, i64>,
}

/// A table of rates that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("exchange rates: {0}")]
pub struct RatesFault(String);

static BUILT_IN: LazyLock<Rates> = LazyLock::new(|| {
    // The table is part of the program, and a test reads it; without one only the euro would be known.
    Rates::parse(include_str!("../data/fx.toml"))
        .unwrap_or_else(|_| Rates { date: NaiveDate::default(), per_euro: BTreeMap::from([("EUR".to_owned(), MICRO)]) })
});

const MICRO: i64 = 1_000_000;

impl Rates {
    /// The table compiled in.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads a table of the form of `data/fx.toml`.
    ///
    /// # Errors
    /// [`RatesFault`] with the currency at fault.
    pub fn parse(text: &str) -> Result<Self, RatesFault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            date: toml::value::Datetime,
            per_euro: BTreeMap<String, String>,
        }
        let table: Table = toml::from_str(text).map_err(|e| RatesFault(e.message().to_owned()))?;
        let date =
            table.date.to_string().parse().map_err(|_| RatesFault("`date` is a day, as 2026-01-31".to_owned()))?;
        let per_euro = table
            .per_euro
            .into_iter()
            .map(|(code, rate)| match micro(&rate) {
                Some(micro) if is_code(&code) => Ok((code, micro)),
                _ => Err(RatesFault(format!("`{code} = \"{rate}\"`: a code of three capitals and a decimal above 0"))),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { date, per_euro })
    }

    /// Whether there is a rate.
    pub fn knows(&self, currency: &str) -> bool {
        self.per_euro.contains_key(currency)
    }

    /// Every currency with a rate, in alphabetical order.
    pub fn currencies(&self) -> impl Iterator<Item = &str> {
        self.per_euro.keys().map(String::as_str)
    }

    /// By what to multiply, and then divide, an amount of one currency to have it in the other; `None` without rates.
    pub fn factor(&self, from: &str, to: &str) -> Option<(i64, i64)> {
        if from == to {
            return Some((1, 1));
        }
        Some((*self.per_euro.get(to)?, *self.per_euro.get(from)?))
    }
}

fn is_code(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase())
}

/// A decimal as millionths.
fn micro(decimal: &str) -> Option<i64> {
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, "0"));
    if fraction.is_empty() || fraction.len() > 6 || !decimal.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let fraction: i64 = format!("{fraction:0<6}").parse().ok()?;
    let micro = whole.parse::<i64>().ok()?.checked_mul(MICRO)?.checked_add(fraction)?;
    (micro > 0).then_some(micro)
}
