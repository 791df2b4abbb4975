//! What a model costs. Prices are data, with their date; amounts are whole millionths of a US dollar.

use std::{fmt, sync::LazyLock};

use serde::Deserialize;

use crate::config::Provider;

/// US dollars for a million tokens, which is millionths of a dollar for one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Price {
    /// Of the prompt.
    pub prompt: f64,
    /// Of the answer.
    pub answer: f64,
}

/// Millionths of a US dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Micros(pub u64);

impl Micros {
    /// So many dollars, rounded down.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
    pub fn dollars(dollars: f64) -> Self {
        Self((dollars * 1e6).clamp(0.0, 1e15) as u64)
    }

    /// The amount in dollars.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53 where it is a sum of money")]
    pub fn in_dollars(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${:.2}", self.in_dollars())
    }
}

impl Price {
    /// What the table says of a model; `None` where it does not know it.
    pub fn listed(provider: Provider, model: &str) -> Option<Self> {
        let rows = TABLE.price.iter().filter(|row| row.provider == provider.as_str() && model.starts_with(&row.model));
        let row = rows.max_by_key(|row| row.model.len())?;
        Some(Self { prompt: row.prompt, answer: row.answer })
    }

    /// Date of the table.
    pub fn dated() -> &'static str {
        &TABLE.dated
    }

    /// What so many tokens cost, rounded up.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts times prices are positive")]
    pub fn of(self, prompt: u32, answer: u32) -> Micros {
        Micros((f64::from(prompt) * self.prompt + f64::from(answer) * self.answer).ceil() as u64)
    }

    /// Whether it costs nothing.
    pub fn is_free(self) -> bool {
        self == Self::default()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    dated: String,
    price: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    provider: String,
    model: String,
    prompt: f64,
    answer: f64,
}

/// An unreadable table would know no model, which refuses every budget; the test below reads it.
static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("../data/prices.toml")).unwrap_or_default());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_of_a_name_prices_it() {
        let of = |model| Price::listed(Provider::OpenAi, model).map(|price| price.prompt);
        assert_eq!((of("gpt-4o-2024-08-06"), of("gpt-4o-mini-2024-07-18")), (Some(2.5), Some(0.15)));
        assert_eq!((of("qwen2.5:7b"), Price::listed(Provider::Ollama, "gpt-4o")), (None, None));
    }

    #[test]
    fn the_table_is_dated_and_every_row_costs_something() {
        assert_eq!(Price::dated().len(), 10);
        assert!(TABLE.price.len() > 8);
        for row in &TABLE.price {
            assert!(
                row.provider.parse::<Provider>().is_ok() && row.prompt > 0.0 && row.answer >= row.prompt,
                "{row:?}"
            );
        }
    }

    #[test]
    fn a_call_costs_whole_millionths_rounded_up() {
        let price = Price { prompt: 0.15, answer: 0.6 };
        assert_eq!(price.of(1000, 100), Micros(210));
        assert_eq!(price.of(1, 0), Micros(1));
        assert_eq!(Micros::dollars(2.5).to_string(), "$2.50");
    }
}
