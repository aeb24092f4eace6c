//! Publishing.

use throughline_store::{EventKind, Listens, PageRequest, Published, Scope, WorkflowState};

use crate::place::{THEN, scope, version};

fn hook(path: &str) -> Listens {
    Listens::Webhook { path: path.to_owned() }
}

on_both! {
    async fn the_same_content_makes_no_new_version(place) {
        let store = &place.store;
        let publish = async |content: &str| store.publish(&scope(), &version("invoice", content, hook("in"))).await.unwrap();
        assert_eq!(publish("one").await, Published { version: 1, new: true });
        assert_eq!(publish("one").await, Published { version: 1, new: false });
        assert_eq!(publish("two").await, Published { version: 2, new: true });
        assert_eq!(publish("one").await, Published { version: 3, new: true }, "the way back is a version too");
        let page = store.list_versions(&scope(), "invoice", &PageRequest::first(2)).await.unwrap();
        assert_eq!(page.items.iter().map(|row| row.version).collect::<Vec<_>>(), [3, 2]);
        let rest = PageRequest { after: page.next, limit: 2 };
        assert_eq!(store.list_versions(&scope(), "invoice", &rest).await.unwrap().items.len(), 1);
        let two = store.get_workflow_version(&scope(), "invoice", 2).await.unwrap().unwrap();
        assert_eq!((two.source.as_slice(), two.version), (b"two".as_slice(), 2));
        assert!(store.get_workflow_version(&scope(), "invoice", 4).await.unwrap().is_none());
    }

    async fn a_path_belongs_to_one_workflow(place) {
        let store = &place.store;
        store.publish(&scope(), &version("one", "one", hook("in"))).await.unwrap();
        let error = store.publish(&scope(), &version("two", "two", hook("in"))).await.unwrap_err();
        assert_eq!(error.code(), "TL0510");
        assert!(error.to_string().contains("`one`"));
        assert!(store.get_workflow(&scope(), "two").await.unwrap().is_none(), "nothing of it was kept");
        let route = store.route(&scope(), EventKind::Webhook, "in").await.unwrap().unwrap();
        assert_eq!((route.workflow.as_str(), route.kind, route.active), ("one", EventKind::Webhook, true));
        let other = Scope::new("other").unwrap();
        assert!(store.route(&other, EventKind::Webhook, "in").await.unwrap().is_none());
        assert!(store.pause_workflow(&scope(), "one", true, THEN).await.unwrap());
        assert!(!store.route(&scope(), EventKind::Webhook, "in").await.unwrap().unwrap().active);
        assert!(store.unpublish(&scope(), "one", THEN).await.unwrap());
        assert!(store.route(&scope(), EventKind::Webhook, "in").await.unwrap().is_none());
        assert!(!store.pause_workflow(&scope(), "one", false, THEN).await.unwrap(), "it must be published anew");
        store.publish(&scope(), &version("two", "two", hook("in"))).await.unwrap();
        let row = store.get_workflow(&scope(), "one").await.unwrap().unwrap();
        assert_eq!((row.state, row.version), (WorkflowState::Unpublished, 1));
        let again = store.publish(&scope(), &version("one", "one", hook("elsewhere"))).await.unwrap();
        assert_eq!(again, Published { version: 1, new: false });
        assert!(store.trigger(&scope(), "one").await.unwrap().is_some());
    }

    async fn a_form_a_mailbox_and_a_webhook_of_one_name_are_three(place) {
        let store = &place.store;
        let all = [
            ("hook", EventKind::Webhook, hook("in")),
            ("form", EventKind::Form, Listens::Form { path: "in".to_owned() }),
            ("mail", EventKind::Mail, Listens::Mail { address: "in".to_owned() }),
        ];
        for (name, _, listens) in &all {
            store.publish(&scope(), &version(name, "one", listens.clone())).await.unwrap();
        }
        for (name, kind, listens) in all {
            assert_eq!(store.route(&scope(), kind, "in").await.unwrap().unwrap().workflow, name);
            let error = store.publish(&scope(), &version("other", "one", listens)).await.unwrap_err();
            assert_eq!(error.code(), "TL0510");
            assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
            // What was one kind may become another.
            store.publish(&scope(), &version(name, "two", Listens::Manual)).await.unwrap();
            assert!(store.route(&scope(), kind, "in").await.unwrap().is_none());
        }
        assert_eq!(store.triggers_all(Some(EventKind::Manual)).await.unwrap().len(), 3);
    }

    async fn publishing_at_once_makes_versions_in_a_row(place) {
        let store = place.store.clone();
        let tasks: Vec<_> = (0..4).map(|i| {
            let store = store.clone();
            tokio::spawn(async move {
                store.publish(&scope(), &version("invoice", &format!("text {i}"), Listens::Manual)).await.unwrap().version
            })
        }).collect();
        let mut versions = Vec::new();
        for task in tasks {
            versions.push(task.await.unwrap());
        }
        versions.sort_unstable();
        assert_eq!(versions, [1, 2, 3, 4]);
    }

    async fn workflows_are_listed_and_found_by_what_they_listen_to(place) {
        let store = &place.store;
        for name in ["b", "a", "c"] {
            let listens = Listens::Event { event_type: "invoice.paid".to_owned() };
            store.publish(&scope(), &version(name, name, listens)).await.unwrap();
        }
        let page = store.list_workflows(&scope(), &PageRequest::first(2)).await.unwrap();
        assert_eq!(page.items.iter().map(|row| row.workflow.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        let rest = PageRequest { after: page.next, limit: 2 };
        assert_eq!(store.list_workflows(&scope(), &rest).await.unwrap().items[0].workflow, "c");
        assert_eq!(store.listeners(&scope(), "invoice.paid").await.unwrap().len(), 3);
        assert!(store.listeners(&scope(), "invoice.sent").await.unwrap().is_empty());
        assert_eq!(store.triggers_all(None).await.unwrap().len(), 3);
        assert!(store.triggers_all(Some(EventKind::Webhook)).await.unwrap().is_empty());
    }
}
