//! The pay line: what is stated as a yearly figure in the profile's currency, and what that is worth.
//!
//! A month counts 12 (14 only where the message says "14 pagas"), a day 220, an hour 1,760 (220 days of 8 hours). A
//! figure without a period counts as yearly from 20,000 euros' worth on, below that as unknown.

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::NaiveDate;
use contract::{LineName, PayBasis, Period, Salary, YearlyPay};

use crate::{
    line::{Line, values},
    profile::SalaryWish,
    rates::Rates,
    words::Words,
};

const MAX: u8 = 30;
const NEUTRAL: u8 = 15;
const AT_MINIMUM: i128 = 18;
const MONTHS: i64 = 12;
const SPANISH_PAYMENTS: i64 = 14;
const DAYS: i64 = 220;
const HOURS: i64 = 1_760;
/// Nobody is paid this much a month, and hardly anybody less than this a year, in euros.
const SURELY_YEARLY: i64 = 20_000;
/// A larger figure is a slip or a joke, in any currency and period.
const MOST: i64 = 1_000_000_000_000;

/// A figure in the profile's currency, exact: rounding comes last and once.
#[derive(Clone, Copy, Debug)]
struct Amount {
    over: i128,
    under: i128,
}

impl Amount {
    fn rounded(self) -> i64 {
        i64::try_from((2 * self.over + self.under) / (2 * self.under)).unwrap_or(i64::MAX)
    }

    fn reaches(self, units: i64) -> bool {
        self.over >= i128::from(units) * self.under
    }
}

/// A stated pay, read as a yearly one.
pub(crate) struct Yearly {
    min: Option<Amount>,
    max: Option<Amount>,
    currency: String,
    rates_of: Option<NaiveDate>,
    net: bool,
    stated: BTreeMap<String, String>,
}

/// Why a pay cannot be judged, in words.
pub(crate) type Unreadable = &'static str;

/// How a stated pay stands to the minimum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Reaches,
    Below,
    /// An open range or a net figure below it.
    Open,
}

impl Yearly {
    /// Reads a stated pay.
    pub(crate) fn of(
        salary: Option<&Salary>,
        words: &Words,
        wish: &SalaryWish,
        rates: &Rates,
    ) -> Result<Self, Unreadable> {
        let salary = salary.ok_or("no pay is stated")?;
        let currency = salary.currency.as_deref().ok_or("the currency is not stated")?;
        let (min, max) = match (usable(salary.min), usable(salary.max)) {
            (Some(min), Some(max)) if min > max => (Some(max), Some(min)),
            (None, None) => return Err("no figure is stated"),
            bounds => bounds,
        };
        let (to, from) = rates.factor(currency, &wish.currency).ok_or("there is no exchange rate for its currency")?;
        let (times, period) = match salary.period {
            Some(Period::Year) => (1, "a year"),
            Some(Period::Month) if fourteen(words) => (SPANISH_PAYMENTS, "a month, 14 payments"),
            Some(Period::Month) => (MONTHS, "a month"),
            Some(Period::Day) => (DAYS, "a day"),
            Some(Period::Hour) => (HOURS, "an hour"),
            None if surely_yearly(max.or(min), currency, rates) => (1, "taken as yearly by its size"),
            None => return Err("what it is per is not stated"),
        };
        let yearly = |amount: i64| Amount {
            over: i128::from(amount) * i128::from(times) * i128::from(to),
            under: i128::from(from),
        };
        let net = salary.basis == Some(PayBasis::Net);
        let figures = match (min, max) {
            (Some(min), Some(max)) if min == max => min.to_string(),
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (None, Some(max)) => format!("up to {max}"),
            (min, None) => format!("from {}", min.unwrap_or_default()),
        };
        let net_said = if net { " net" } else { "" };
        Ok(Self {
            min: min.map(yearly),
            max: max.map(yearly),
            currency: wish.currency.clone(),
            rates_of: (currency != wish.currency).then_some(rates.date),
            net,
            stated: values([("stated", format!("{figures} {currency}{net_said} {period}"))]),
        })
    }

    /// For the event and the page.
    pub(crate) fn published(&self) -> YearlyPay {
        YearlyPay {
            min: self.min.map(Amount::rounded),
            max: self.max.map(Amount::rounded),
            currency: self.currency.clone(),
            rates_of: self.rates_of,
        }
    }

    /// The figure judged: the middle of the range, the top of "up to", the bottom of "from".
    fn judged(&self) -> Option<Amount> {
        match (self.min, self.max) {
            (Some(min), Some(max)) => Some(Amount { over: min.over + max.over, under: 2 * min.under }),
            (min, max) => max.or(min),
        }
    }

    pub(crate) fn standing(&self, minimum: i64) -> Standing {
        let reaches = |amount: Option<Amount>| amount.is_some_and(|amount| amount.reaches(minimum));
        if reaches(self.max) || reaches(self.min) {
            Standing::Reaches
        } else if self.net || self.max.is_none() {
            Standing::Open
        } else {
            Standing::Below
        }
    }
}

/// The pay line.
pub(crate) fn line(yearly: &Result<Yearly, Unreadable>, wish: &SalaryWish) -> Line {
    let open = |why: &str| {
        let rule = format!("{why}: half the points");
        Line::open(LineName::Pay, NEUTRAL, MAX, (0, MAX), &rule)
    };
    let yearly = match yearly {
        Ok(yearly) => yearly,
        Err(why) => return open(why),
    };
    let Some(judged) = yearly.judged() else { return open("no figure is stated") };
    let mut shown = yearly.stated.clone();
    shown.extend(values([
        ("yearly", format!("{} {}", judged.rounded(), wish.currency)),
        ("minimum", format!("{} {}", wish.minimum, wish.currency)),
        ("ideal", format!("{} {}", wish.ideal(), wish.currency)),
    ]));
    if let Some(day) = yearly.rates_of {
        shown.insert("rates_of".to_owned(), day.to_string());
    }
    let points = points(judged, wish);
    if yearly.net && points < NEUTRAL {
        return open("a net figure below what a gross one would need").with(shown);
    }
    let rule = "0 up to 60 % of the minimum, 18 at the minimum, 30 from the ideal on, in proportion between";
    Line::settled(LineName::Pay, points, MAX, rule, shown)
}

/// Points of a yearly figure, rounded half up.
fn points(pay: Amount, wish: &SalaryWish) -> u8 {
    let (minimum, ideal) = (i128::from(wish.minimum), i128::from(wish.ideal()));
    let (over, under) = (pay.over, pay.under);
    let full = i128::from(MAX);
    let half_up = |over: i128, under: i128| (2 * over + under) / (2 * under);
    let points = if over >= ideal * under {
        full
    } else if over >= minimum * under {
        AT_MINIMUM + half_up((full - AT_MINIMUM) * (over - minimum * under), (ideal - minimum) * under)
    } else if 10 * over > 6 * minimum * under {
        half_up(AT_MINIMUM * (10 * over - 6 * minimum * under), 4 * minimum * under)
    } else {
        0
    };
    u8::try_from(points).unwrap_or(MAX)
}

fn usable(figure: Option<i64>) -> Option<i64> {
    figure.filter(|figure| (1..=MOST).contains(figure))
}

fn surely_yearly(figure: Option<i64>, currency: &str, rates: &Rates) -> bool {
    let Some((figure, (to, from))) = figure.zip(rates.factor(currency, "EUR")) else { return false };
    i128::from(figure) * i128::from(to) >= i128::from(SURELY_YEARLY) * i128::from(from)
}

fn fourteen(words: &Words) -> bool {
    static SAID: LazyLock<[Words; 4]> =
        LazyLock::new(|| ["14 pagas", "catorce pagas", "14 payments", "14 mensualidades"].map(Words::of));
    SAID.iter().any(|said| words.name(said))
}
