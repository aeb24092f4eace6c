//! Drafts: nobody writes over what they have not seen.

use serde_json::json;
use throughline_domain::id::PublishRequestId;
use throughline_store::{
    By, NewDraft, PageRequest, PublishDecision, PublishRequest, PublishRequestState, Scope, Store, Subject,
};

use crate::place::{THEN, scope};

const ADA: By<'_> = By { who: "ada", at: THEN };

fn draft(workflow: &str, seen: u32, text: &str) -> NewDraft {
    let samples = json!({ "job": { "id": "job_1" } }).as_object().unwrap().clone();
    NewDraft { workflow: workflow.to_owned(), seen, based_on: Some(3), text: text.to_owned(), samples }
}

on_both! {
    async fn a_draft_is_saved_over_what_was_seen_alone(place) {
        let (store, scope) = (&place.store, scope());
        assert_eq!(store.get_draft(&scope, "billing").await.unwrap(), None);
        assert_eq!(store.save_draft(&scope, &draft("billing", 1, "nothing"), ADA).await.unwrap(), None, "there is none");
        assert_eq!(store.save_draft(&scope, &draft("billing", 0, "one: 1 # ß"), ADA).await.unwrap(), Some(1));
        assert_eq!(store.save_draft(&scope, &draft("billing", 0, "other"), ADA).await.unwrap(), None, "there is one");
        let ben = By { who: "ben", at: THEN.plus_ms(5) };
        assert_eq!(store.save_draft(&scope, &draft("billing", 1, "two"), ben).await.unwrap(), Some(2));
        assert_eq!(store.save_draft(&scope, &draft("billing", 1, "late"), ADA).await.unwrap(), None, "it was not seen");
        let kept = store.get_draft(&scope, "billing").await.unwrap().unwrap();
        assert_eq!((kept.text.as_str(), kept.row.revision, kept.row.based_on), ("two", 2, Some(3)));
        assert_eq!((kept.row.saved_by.as_str(), kept.row.saved_at), ("ben", ben.at));
        assert_eq!(kept.samples, draft("", 0, "").samples);
        assert!(!store.discard_draft(&scope, "billing", 1).await.unwrap(), "it was not seen");
        assert!(store.discard_draft(&scope, "billing", 2).await.unwrap());
        assert_eq!(store.get_draft(&scope, "billing").await.unwrap(), None);
    }

    async fn drafts_are_listed_by_workflow_in_pages(place) {
        let (store, scope) = (&place.store, scope());
        for workflow in ["c", "a", "b"] {
            store.save_draft(&scope, &draft(workflow, 0, ""), ADA).await.unwrap();
        }
        let first = store.list_drafts(&scope, &PageRequest::first(2)).await.unwrap();
        assert_eq!(first.items.iter().map(|row| row.workflow.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        let rest = store.list_drafts(&scope, &PageRequest { after: first.next, limit: 2 }).await.unwrap();
        assert_eq!(rest.items.iter().map(|row| row.workflow.as_str()).collect::<Vec<_>>(), ["c"]);
        assert_eq!(rest.next, None);
    }
}

/// Uses every function of a workspace, and leaves something in its table.
pub(crate) async fn live(store: &Store, scope: &Scope) {
    for workflow in ["billing", "gone"] {
        store.save_draft(scope, &draft(workflow, 0, "one"), ADA).await.unwrap().unwrap();
    }
    store.save_draft(scope, &draft("billing", 1, "two"), ADA).await.unwrap().unwrap();
    assert!(store.discard_draft(scope, "gone", 1).await.unwrap());
    store.get_draft(scope, "billing").await.unwrap().unwrap();
    assert_eq!(store.list_drafts(scope, &PageRequest::first(10)).await.unwrap().items.len(), 1);
    requests(store, scope).await;
}

fn request(scope: &Scope, n: u64) -> PublishRequest {
    PublishRequest {
        scope: scope.clone(),
        request: PublishRequestId::new(n, u128::from(n)),
        workflow: "billing".to_owned(),
        sha256: "0".repeat(64),
        note: "the new price".to_owned(),
        asked_by: "ada".to_owned(),
        asked_at: THEN,
        state: PublishRequestState::Open,
        decided_by: None,
        decided_at: None,
        words: None,
        version: None,
    }
}

/// One request of a workflow at a time; it ends once, and never by who asked.
async fn requests(store: &Store, scope: &Scope) {
    let (zero, one, two) = (request(scope, 3), request(scope, 1), request(scope, 2));
    let other = PublishRequest { asked_by: "cy".to_owned(), ..two.clone() };
    let ben = By { who: "ben", at: THEN.plus_ms(5) };
    assert!(store.ask_to_publish(&zero, "text").await.unwrap());
    assert!(store.ask_to_publish(&one, "text").await.unwrap(), "asked anew");
    let before = store.publish_request(scope, &zero.request).await.unwrap().unwrap();
    assert_eq!(before.state, PublishRequestState::Withdrawn);
    assert_eq!(store.publish_request_text(scope, &zero.request).await.unwrap().as_deref(), Some(""));
    assert!(!store.ask_to_publish(&other, "text").await.unwrap(), "one at a time");
    assert_eq!(store.open_publish_requests(scope).await.unwrap(), std::slice::from_ref(&one));
    assert_eq!(store.publish_request_text(scope, &one.request).await.unwrap().as_deref(), Some("text"));
    let standing = store.standings(scope, Subject::PublishRequest, &[one.request.as_str()]).await.unwrap();
    assert_eq!(standing[0].state, "open");
    let own = store.decide_publish_request(scope, &one.request, PublishDecision::Published(1), ADA).await;
    assert!(own.is_err(), "the database refuses who is their own second person");
    let done = store.decide_publish_request(scope, &one.request, PublishDecision::Published(4), ben).await;
    assert!(done.unwrap());
    for decision in [PublishDecision::Withdrawn, PublishDecision::SentBack("late")] {
        assert!(!store.decide_publish_request(scope, &one.request, decision, ben).await.unwrap(), "once");
    }
    let row = store.publish_request(scope, &one.request).await.unwrap().unwrap();
    assert_eq!(
        (row.state, row.version, row.decided_by.as_deref()),
        (PublishRequestState::Published, Some(4), Some("ben"))
    );
    assert!(store.ask_to_publish(&two, "text").await.unwrap());
    assert_eq!(store.publish_requests_of(scope, "billing").await.unwrap().len(), 3);
    assert_eq!(store.published_requests_of(scope, "billing").await.unwrap(), [row]);
    assert!(!store.publish_by_two(scope).await.unwrap());
    store.set_publish_by_two(scope, true).await.unwrap();
    assert!(store.publish_by_two(scope).await.unwrap());
    store.set_publish_by_two(scope, false).await.unwrap();
}
