//! What happens to customers and deals.

use throughline::prelude::*;

use crate::customers::Customer;
use crate::deals::Deal;

/// Which changes to notice.
#[data]
#[serde(deny_unknown_fields)]
pub struct CustomerFilter {
    /// Only customers with this address
    #[serde(default)]
    pub email: Option<String>,
}

/// Customer changed
///
/// A customer is new, or one of its fields is another.
#[trigger(poll, every = "1m", sample = "samples/customer.json")]
pub(crate) fn customer_changed(cx: &Cx, config: CustomerFilter, since: Since) -> Result<Page<Customer>> {
    let call = cx.get("/v1/customers").query("email", config.email).query("since", since.token()?);
    let feed: Feed<Customer> = call.query("limit", since.limit().clamp(1, 500)).json()?;
    Page::feed(&since, feed, |customer| (&customer.id, &customer.updated_at))
}

/// Which deals to notice.
#[data]
#[serde(deny_unknown_fields)]
pub struct DealFilter {
    /// Only deals in this stage: open, quoted, won or lost
    #[serde(default)]
    pub stage: Option<String>,
}

/// Deal changed
///
/// A deal is new, came to another stage, or one of its fields is another.
#[trigger(poll, every = "1m", sample = "samples/deal.json")]
pub(crate) fn deal_changed(cx: &Cx, config: DealFilter, since: Since) -> Result<Page<Deal>> {
    let call = cx.get("/v1/deals").query("stage", config.stage).query("since", since.token()?);
    let feed: Feed<Deal> = call.query("limit", since.limit().clamp(1, 500)).json()?;
    Page::feed(&since, feed, |deal| (&deal.id, &deal.updated_at))
}
