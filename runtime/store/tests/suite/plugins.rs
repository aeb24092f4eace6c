//! Plugins, connections, grants, tokens, workspaces, plugin state.

use throughline_domain::id::{ConnectionId, TokenId};
use throughline_store::{
    EgressGrant, NewConnection, NewPlugin, NewToken, PluginState, STATE_KEYS_MAX, STATE_VALUE_MAX, Scope,
    StateWrite,
};

use crate::place::{THEN, scope};

fn plugin(version: &str) -> NewPlugin {
    NewPlugin {
        connector: "acme".to_owned(),
        digest: format!("sha256:{version}"),
        version: version.to_owned(),
        manifest: b"{}".to_vec(),
        permissions: b"{}".to_vec(),
        installed_at: THEN,
        installed_by: "person:ada".to_owned(),
    }
}

fn connection(id: u64, name: &str) -> NewConnection {
    NewConnection {
        connection: ConnectionId::new(id, 0),
        name: name.to_owned(),
        connector: "acme".to_owned(),
        account: None,
        settings: b"{}".to_vec(),
        secrets: b"{}".to_vec(),
        bound_to: None,
        uses: Vec::new(),
        created_at: THEN,
    }
}

on_both! {
    async fn digests_stand_side_by_side_and_one_is_current(place) {
        let store = &place.store;
        for version in ["1.0.0", "1.1.0"] {
            store.install_plugin(&plugin(version)).await.unwrap();
        }
        assert_eq!(store.current_plugin("acme").await.unwrap().unwrap().version, "1.1.0");
        assert_eq!(store.list_plugins().await.unwrap().len(), 2);
        assert!(store.make_plugin_current("acme", "sha256:1.0.0").await.unwrap());
        assert!(!store.make_plugin_current("acme", "sha256:9").await.unwrap());
        assert!(store.get_plugin("acme", "sha256:1.0.0").await.unwrap().unwrap().current);
        assert!(store.set_plugin_state("acme", "sha256:1.0.0", PluginState::Removed).await.unwrap());
        assert!(store.current_plugin("acme").await.unwrap().is_none());
        assert!(!store.make_plugin_current("acme", "sha256:1.0.0").await.unwrap());
        let old = store.get_plugin("acme", "sha256:1.0.0").await.unwrap().unwrap();
        assert_eq!(old.state, PluginState::Removed, "runs that keep it still find it");
    }

    async fn a_name_belongs_to_one_active_connection(place) {
        let store = &place.store;
        store.create_connection(&scope(), &connection(1, "crm")).await.unwrap();
        assert_eq!(store.create_connection(&scope(), &connection(2, "crm")).await.unwrap_err().code(), "TL0511");
        let id = ConnectionId::new(1, 0);
        assert!(store.update_connection(&scope(), &id, Some("ada@acme"), b"{\"a\":1}", b"{}", THEN).await.unwrap());
        let row = store.connection_by_name(&scope(), "crm").await.unwrap().unwrap();
        assert_eq!((row.account.as_deref(), row.settings.as_slice()), (Some("ada@acme"), b"{\"a\":1}".as_slice()));
        assert!(store.delete_connection(&scope(), &id, THEN).await.unwrap());
        assert!(!store.delete_connection(&scope(), &id, THEN).await.unwrap());
        store.create_connection(&scope(), &connection(2, "crm")).await.unwrap();
        assert_eq!(store.list_connections(&scope()).await.unwrap().len(), 1);
        assert!(store.get_connection(&scope(), &id).await.unwrap().is_some());
    }

    async fn grants_are_per_workspace(place) {
        let store = &place.store;
        let other = Scope::new("demo").unwrap();
        assert!(store.create_workspace(&other, "Demo", THEN).await.unwrap());
        assert!(!store.create_workspace(&other, "Demo", THEN).await.unwrap());
        let names: Vec<_> = store.list_workspaces().await.unwrap().into_iter().map(|row| row.name).collect();
        assert_eq!(names, ["Default", "Demo"]);
        let grant = EgressGrant {
            cidr: "127.0.0.1/32".to_owned(),
            ports: "9100-9102".to_owned(),
            reason: "the simulators".to_owned(),
            granted_at: THEN,
            granted_by: "person:ada".to_owned(),
        };
        store.grant_egress(&other, &grant).await.unwrap();
        store.grant_egress(&other, &grant).await.unwrap();
        assert_eq!(store.list_egress_grants(&other).await.unwrap(), [grant]);
        assert!(store.list_egress_grants(&scope()).await.unwrap().is_empty());
        assert!(store.revoke_egress(&other, "127.0.0.1/32", "9100-9102").await.unwrap());
        assert!(!store.revoke_egress(&other, "127.0.0.1/32", "9100-9102").await.unwrap());
    }

    async fn tokens_expire_and_are_revoked(place) {
        let store = &place.store;
        let token = NewToken {
            token: TokenId::new(1, 1),
            hash: "hash".to_owned(),
            name: "ci".to_owned(),
            person: None,
            workspace: Some(scope()),
            scopes: vec!["run:read".to_owned()],
            created_at: THEN,
            expires_at: Some(THEN.plus_ms(1_000)),
        };
        store.create_token(&token).await.unwrap();
        let row = store.token_by_hash("hash").await.unwrap().unwrap();
        assert!(row.is_good(THEN) && !row.is_good(THEN.plus_ms(1_000)));
        assert_eq!((&row.workspace, &row.scopes), (&token.workspace, &token.scopes));
        assert!(store.revoke_token(&token.token, THEN).await.unwrap());
        assert!(!store.revoke_token(&token.token, THEN).await.unwrap());
        assert!(!store.list_tokens().await.unwrap()[0].is_good(THEN));
        assert!(store.token_by_hash("other").await.unwrap().is_none());
    }

    async fn plugin_state_has_limits(place) {
        let store = &place.store;
        let write = |key: String, size: usize| StateWrite {
            state_scope: "acme/1".to_owned(),
            key,
            value: Some(vec![0; size]),
            at: THEN,
        };
        let full: Vec<_> = (0..STATE_KEYS_MAX).map(|n| write(format!("k{n}"), 1)).collect();
        store.check_state(&scope(), "acme/1", &full).await.unwrap();
        store.set_state(&scope(), &full).await.unwrap();
        let again = [write("k1".to_owned(), STATE_VALUE_MAX)];
        store.check_state(&scope(), "acme/1", &again).await.unwrap();
        let more = [write("one too many".to_owned(), 1)];
        assert_eq!(store.check_state(&scope(), "acme/1", &more).await.unwrap_err().code(), "TL0521");
        let large = [write("k1".to_owned(), STATE_VALUE_MAX + 1)];
        assert_eq!(store.check_state(&scope(), "acme/1", &large).await.unwrap_err().code(), "TL0521");
        assert_eq!(store.set_state(&scope(), &large).await.unwrap_err().code(), "TL0509");
        assert_eq!(store.get_state(&scope(), "acme/1", "k1").await.unwrap(), Some(vec![0]));
    }
}
