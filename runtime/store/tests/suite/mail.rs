//! Mail that waits for the mail server.

use throughline_domain::id::MailId;
use throughline_store::{MailKind, MailState, NewMail, PageRequest, Scope, Store};

use crate::place::{THEN, scope};

fn mail(scope: &Scope, words: &str) -> NewMail {
    NewMail {
        mail: MailId::about(&format!("exc_0000000001{scope}"), words),
        kind: MailKind::Exception,
        about: Some("exc_1".to_owned()),
        to: "ada@example.com".to_owned(),
        name: None,
        subject: "One exception waits".to_owned(),
        text: "It says what and why.".to_owned(),
        html: Some("<p>It says what and why.</p>".to_owned()),
        queued_at: THEN,
        not_before: THEN.plus_ms(1_000),
        until: THEN.plus_ms(60_000),
    }
}

on_both! {
    async fn a_mail_is_queued_once_and_sent_by_one_node(place) {
        let (store, scope) = (&place.store, scope());
        let new = mail(&scope, "one");
        store.queue_mail(&scope, &new).await.unwrap();
        store.queue_mail(&scope, &NewMail { subject: "Another".to_owned(), ..new.clone() }).await.unwrap();
        assert!(store.due_mail_all(THEN, 10).await.unwrap().is_empty(), "not before its time");
        assert_eq!(store.next_mail_all().await.unwrap(), Some(new.not_before));
        let due = store.due_mail_all(new.not_before, 10).await.unwrap();
        let [row] = &due[..] else { panic!("{due:?}") };
        assert_eq!((row.subject.as_str(), row.attempts, row.state), ("One exception waits", 0, MailState::Queued));
        let lease = THEN.plus_ms(30_000);
        assert!(store.take_mail(row, lease).await.unwrap());
        assert!(!store.take_mail(row, lease).await.unwrap(), "the other node is slower");
        assert!(store.due_mail_all(THEN.plus_ms(29_000), 10).await.unwrap().is_empty());
        assert!(store.settle_mail(row, THEN.plus_ms(2_000), None).await.unwrap());
        let sent = store.get_mail(&scope, &new.mail).await.unwrap().unwrap();
        assert_eq!((sent.state, sent.text.as_str(), sent.html), (MailState::Sent, "", None), "what it said is wiped");
        assert_eq!((sent.attempts, sent.next_at, sent.failure), (1, None, None));
        assert_eq!(store.next_mail_all().await.unwrap(), None);
    }

    async fn what_did_not_go_is_tried_again_and_given_up_in_the_end(place) {
        let (store, scope) = (&place.store, scope());
        let new = mail(&scope, "two");
        store.queue_mail(&scope, &new).await.unwrap();
        assert_eq!(store.failing_mail_all().await.unwrap(), None);
        let row = store.get_mail(&scope, &new.mail).await.unwrap().unwrap();
        assert!(store.take_mail(&row, THEN.plus_ms(5_000)).await.unwrap());
        assert!(store.retry_mail(&row, THEN.plus_ms(9_000), "no answer").await.unwrap());
        let failing = store.failing_mail_all().await.unwrap().unwrap();
        assert_eq!((failing.count, failing.since), (1, THEN));
        let again = store.get_mail(&scope, &new.mail).await.unwrap().unwrap();
        assert_eq!((again.attempts, again.next_at, again.failure.as_deref()), (1, Some(THEN.plus_ms(9_000)), Some("no answer")));
        assert_eq!(again.text, new.text);
        assert!(store.take_mail(&again, THEN.plus_ms(12_000)).await.unwrap());
        // Whoever took it first and comes late changes nothing.
        assert!(!store.settle_mail(&row, THEN.plus_ms(12_000), None).await.unwrap());
        assert!(store.settle_mail(&again, THEN.plus_ms(12_000), Some("no such person")).await.unwrap());
        let failed = store.list_mail(&scope, true, &PageRequest::first(10)).await.unwrap();
        assert_eq!(failed.items.len(), 1);
        assert_eq!(failed.items[0].failure.as_deref(), Some("no such person"));
        assert_eq!(store.failing_mail_all().await.unwrap(), None);
    }

    async fn settled_mail_is_forgotten_after_a_while(place) {
        let (store, scope) = (&place.store, scope());
        live(store, &scope).await;
        let page = PageRequest::first(10);
        assert_eq!(store.list_mail(&scope, false, &page).await.unwrap().items.len(), 2);
        assert_eq!(store.forget_mail_all(THEN.plus_ms(2_000), 10).await.unwrap(), 0);
        assert_eq!(store.forget_mail_all(THEN.plus_ms(2_001), 10).await.unwrap(), 1);
        let left = store.list_mail(&scope, false, &page).await.unwrap();
        assert_eq!(left.items.len(), 1, "what is queued stays");
        assert_eq!(left.items[0].state, MailState::Queued);
    }
}

/// Uses every function of a workspace.
pub(crate) async fn live(store: &Store, scope: &Scope) {
    for words in ["sent", "failing"] {
        store.queue_mail(scope, &mail(scope, words)).await.unwrap();
    }
    let page = PageRequest::first(10);
    store.list_mail(scope, true, &page).await.unwrap();
    for row in store.list_mail(scope, false, &page).await.unwrap().items {
        assert!(store.take_mail(&row, THEN.plus_ms(5_000)).await.unwrap());
        if row.mail == mail(scope, "sent").mail {
            assert!(store.settle_mail(&row, THEN.plus_ms(2_000), None).await.unwrap());
        } else {
            assert!(store.retry_mail(&row, THEN.plus_ms(9_000), "no answer").await.unwrap());
        }
        store.get_mail(scope, &row.mail).await.unwrap().unwrap();
    }
}
