//! Amounts: decimal text, never a float.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An amount of money. Negative is money that goes the other way: a refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// The amount, as decimal text.
    #[serde(with = "rust_decimal::serde::str")]
    pub amount: Decimal,
    /// ISO 4217 code, `EUR`.
    pub currency: String,
}

impl Money {
    /// Reads `12.50` and `EUR`.
    pub fn parse(amount: &str, currency: &str) -> Option<Self> {
        let amount = Decimal::from_str_exact(amount).ok()?;
        let money = Self { amount, currency: currency.to_owned() };
        money.is_well_formed().then_some(money)
    }

    pub(crate) fn is_well_formed(&self) -> bool {
        self.currency.len() == 3 && self.currency.bytes().all(|byte| byte.is_ascii_uppercase())
    }

    /// True when no more than the other moves, in whichever direction. Amounts of two currencies are never compared.
    pub fn is_within(&self, ceiling: &Self) -> bool {
        self.currency == ceiling.currency && self.amount.abs() <= ceiling.amount
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}
