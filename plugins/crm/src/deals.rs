//! Reading deals.

use throughline::prelude::*;

/// A deal.
#[data]
pub struct Deal {
    /// Id
    pub id: String,
    /// Customer's id
    pub customer_id: String,
    /// Title
    pub title: String,
    /// Stage: open, quoted, won or lost
    pub stage: String,
    /// Amount, decimal text
    pub amount: String,
    /// Currency, ISO 4217
    pub currency: String,
    /// Who looks after it
    #[serde(default)]
    pub owner: Option<String>,
    /// When it became quoted
    #[serde(default)]
    pub quoted_at: Option<String>,
    /// When it was created
    pub created_at: String,
    /// When it changed last
    pub updated_at: String,
}

/// A deal to read.
#[data]
#[serde(deny_unknown_fields)]
pub struct DealById {
    /// Deal's id
    #[schemars(length(min = 1), example = &"deal_0002")]
    pub id: String,
}

/// Get a deal
#[action(effect = read, sample = "samples/deal.json")]
pub(crate) fn get_deal(cx: &Cx, i: DealById) -> Result<Deal> {
    let none = Fail::not_found("crm.no_deal", format!("There is no deal {}", i.id));
    cx.get(format!("/v1/deals/{}", segment(&i.id))).map(404, none).json()
}
