//! What happens to customers.

use throughline::prelude::*;

use crate::customers::Customer;

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
