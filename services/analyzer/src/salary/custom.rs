//! What people are paid: the customary period of an amount, and whether a figure can be pay at all.

use contract::Period;

use super::{parse::Setting, tokens::Unit};

/// Moneys in which a bare "50k" can only be a year's pay.
pub(super) const YEARLY: [&str; 4] = ["EUR", "GBP", "USD", "CHF"];

/// Whether an amount that stands alone in a message about a job is one that people are paid.
pub(super) fn customarily_paid(value: f64, code: Option<&str>, unit: Unit, setting: Setting) -> bool {
    let a_year = match customary(value, code, unit, setting) {
        Some(Period::Year) => value,
        Some(Period::Month) => value * 12.0,
        _ => return false,
    };
    code.is_some_and(|code| (6_000.0..600_000.0).contains(&(a_year * rate(code))))
}

/// The period that is customary for the amount and the money where none is said.
pub(super) fn customary(value: f64, code: Option<&str>, unit: Unit, setting: Setting) -> Option<Period> {
    let code = code?;
    let dollars = value * rate(code);
    let monthly = matches!(
        code,
        "MXN"
            | "BRL"
            | "ARS"
            | "COP"
            | "CLP"
            | "PEN"
            | "CNY"
            | "UYU"
            | "PLN"
            | "CZK"
            | "RON"
            | "HUF"
            | "UAH"
            | "CRC"
            | "NGN"
            | "EGP"
            | "KES"
            | "MAD"
            | "MYR"
            | "THB"
            | "IDR"
            | "VND"
            | "TWD"
            | "PKR"
            | "BGN"
            | "DOP"
            | "GTQ"
            | "BOB"
            | "PYG"
            | "RSD"
    );
    Some(match dollars {
        _ if matches!(unit, Unit::Lakh { .. }) => Period::Year,
        d if monthly && (120.0..20_000.0).contains(&d) => Period::Month,
        d if d >= 15_000.0 => Period::Year,
        d if d >= 1_200.0 => Period::Month,
        d if d >= 180.0 => {
            if setting.contract {
                Period::Day
            } else {
                Period::Month
            }
        }
        d if d >= 5.0 => Period::Hour,
        _ => return None,
    })
}

/// Rough worth in US dollars, only to tell a month from a year and pay from other sums.
fn rate(code: &str) -> f64 {
    match code {
        "EUR" | "CHF" => 1.1,
        "GBP" => 1.27,
        "CAD" | "SGD" => 0.74,
        "AUD" | "NZD" => 0.65,
        "MXN" => 0.055,
        "BRL" => 0.19,
        "ARS" => 0.001,
        "COP" => 0.000_25,
        "CLP" => 0.001_05,
        "PEN" | "SAR" | "AED" | "ILS" => 0.27,
        "INR" => 0.012,
        "CNY" | "SEK" | "DKK" | "HKD" => 0.14,
        "NOK" => 0.095,
        "JPY" => 0.0067,
        "KRW" => 0.000_75,
        "PLN" => 0.25,
        "CZK" | "UAH" => 0.04,
        "NGN" => 0.000_65,
        "EGP" => 0.02,
        "KES" => 0.0077,
        "MAD" => 0.1,
        "MYR" => 0.22,
        "THB" => 0.029,
        "IDR" => 0.000_062,
        "VND" => 0.000_04,
        "TWD" => 0.031,
        "PKR" => 0.0036,
        "BGN" => 0.55,
        "CRC" => 0.002,
        "DOP" => 0.017,
        "GTQ" => 0.13,
        "BOB" => 0.14,
        "PYG" => 0.000_13,
        "BDT" => 0.0083,
        "PAB" => 1.0,
        "RSD" => 0.009,
        "HUF" => 0.0028,
        "RON" => 0.22,
        "TRY" | "UYU" => 0.027,
        "ZAR" | "PHP" => 0.04,
        _ => 1.0,
    }
}

/// Whether a year of it is a pay that exists.
pub(super) fn plausible(min: f64, max: f64, code: Option<&str>, period: Option<Period>) -> bool {
    let factor = match period {
        Some(Period::Hour) => 1_800.0,
        Some(Period::Day) => 220.0,
        Some(Period::Month) => 12.0,
        Some(Period::Year) | None => 1.0,
    };
    let yearly = |value: f64| value * factor * code.map_or(1.0, rate);
    (900.0..3_000_000.0).contains(&yearly(max)) && yearly(min) >= 600.0
}
