//! Owners who left, or were disabled: what is theirs goes to the backup without waiting for its deadline.

use throughline_store::{ExceptionFilter, PageRequest, Scope, StoreError};

use super::{Room, settle};
use crate::shared::Shared;

/// Looks through every workspace for what people own who may not any more.
pub(crate) async fn replace_who_left(shared: &Shared) -> Result<(), StoreError> {
    for workspace in shared.store.list_workspaces().await? {
        let room = Room::enter(shared, &workspace.scope).await?;
        for handle in room.absent() {
            let owner = format!("person:{handle}");
            give_away(shared, &room, &workspace.scope, ExceptionFilter::Owner(&owner)).await?;
            give_away(shared, &room, &workspace.scope, ExceptionFilter::Person(&handle)).await?;
        }
    }
    Ok(())
}

async fn give_away(
    shared: &Shared,
    room: &Room,
    scope: &Scope,
    filter: ExceptionFilter<'_>,
) -> Result<(), StoreError> {
    let page = PageRequest::first(throughline_store::MAX_PAGE);
    for row in shared.store.list_exceptions(scope, filter, &page).await?.items {
        settle::look(shared, room, row).await?;
    }
    Ok(())
}
