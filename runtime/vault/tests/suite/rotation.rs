//! A rotation may be interrupted between any two commits, by anything else that happens, and loses nothing.
//!
//! The shelf below is what the database promises: a commit is whole or absent, a row changes only where it is still as
//! it was read, a key that rows name cannot go, a put takes the newest key. Everything a rotation holds in memory is
//! forgotten at a crash; a batch that somebody computed before may arrive much later.

use std::collections::BTreeMap;

use proptest::prelude::*;
use throughline_domain::time::Timestamp;
use throughline_vault::{
    KeyFacts, Label, RootKey, SealedSecret, SealedWorkspaceKey, Step, WorkspaceKey, next_step,
};

use crate::{Counting, value};

const BOUND: &str = "https://crm.example.com";
const BATCH: usize = 2;

struct Row {
    version: u32,
    sealed: SealedSecret,
}

/// Rows that were read and wrapped anew, and not committed yet.
struct Batch {
    from: u32,
    to: u32,
    rows: Vec<(String, u32, Vec<u8>)>,
}

struct Shelf {
    root: RootKey,
    random: Counting,
    keys: BTreeMap<u32, (SealedWorkspaceKey, Option<Timestamp>)>,
    rows: BTreeMap<String, Row>,
    /// What must come back.
    model: BTreeMap<String, String>,
    clock: i64,
    backup_at: Option<Timestamp>,
    retired: Vec<u32>,
}

impl Shelf {
    fn new() -> Self {
        let random = Counting::default();
        let root = RootKey::generate(1, &random).unwrap();
        let mut shelf = Self {
            root,
            random,
            keys: BTreeMap::new(),
            rows: BTreeMap::new(),
            model: BTreeMap::new(),
            clock: 0,
            backup_at: None,
            retired: Vec::new(),
        };
        shelf.begin();
        shelf
    }

    fn key(&self, version: u32) -> WorkspaceKey {
        self.root.open("acme", version, &self.keys[&version].0).unwrap()
    }

    fn newest(&self) -> u32 {
        *self.keys.keys().next_back().unwrap()
    }

    /// A rotation begins: one more key.
    fn begin(&mut self) {
        let version = self.keys.keys().next_back().map_or(1, |newest| newest + 1);
        let sealed = self.root.make("acme", version, &self.random).unwrap().1;
        self.keys.insert(version, (sealed, None));
    }

    fn put(&mut self, name: &str, text: &str) {
        let version = self.rows.get(name).map_or(1, |row| row.version + 1);
        let label = Label { secret: name, version, bound_to: BOUND };
        let sealed = self.key(self.newest()).seal(&label, &value(text), &self.random).unwrap();
        self.rows.insert(name.to_owned(), Row { version, sealed });
        self.model.insert(name.to_owned(), text.to_owned());
    }

    fn delete(&mut self, name: &str) {
        self.rows.remove(name);
        self.model.remove(name);
    }

    fn facts(&self) -> Vec<KeyFacts> {
        let count =
            |version| self.rows.values().filter(|row| row.sealed.key_version == version).count() as u64;
        let facts = |(&version, &(_, emptied_at)): (&u32, &(_, _))| KeyFacts {
            version,
            rows: count(version),
            emptied_at,
        };
        self.keys.iter().map(facts).collect()
    }

    fn read_batch(&self, from: u32, to: u32) -> Batch {
        let (old, new) = (self.key(from), self.key(to));
        let rows = self.rows.iter().filter(|(_, row)| row.sealed.key_version == from).take(BATCH);
        let rows = rows.map(|(name, row)| {
            let label = Label { secret: name, version: row.version, bound_to: BOUND };
            let wrapped = new.rewrap(&old, &label, &row.sealed.wrapped_key, &self.random).unwrap();
            (name.clone(), row.version, wrapped)
        });
        Batch { from, to, rows: rows.collect() }
    }

    fn commit_batch(&mut self, batch: Batch) {
        // The foreign key: nothing can be wrapped with a key that is gone.
        if !self.keys.contains_key(&batch.to) {
            return;
        }
        for (name, version, wrapped) in batch.rows {
            let same = |row: &&mut Row| row.version == version && row.sealed.key_version == batch.from;
            let Some(row) = self.rows.get_mut(&name).filter(same) else { continue };
            row.sealed.wrapped_key = wrapped;
            row.sealed.key_version = batch.to;
            self.clock += 1;
            if let Some((_, emptied_at)) = self.keys.get_mut(&batch.from) {
                *emptied_at = None;
            }
        }
    }

    /// One commit of a rotation; a batch is given back instead of committed if it is to arrive late.
    fn step(&mut self, late: bool) -> (Step, Option<Batch>) {
        let step = next_step(&self.facts(), self.backup_at).unwrap();
        self.clock += 1;
        match step {
            Step::Rewrap { from, to } => {
                let batch = self.read_batch(from, to);
                if late {
                    return (step, Some(batch));
                }
                self.commit_batch(batch);
            }
            Step::NoteEmpty { version } => {
                self.keys.get_mut(&version).unwrap().1 = Some(Timestamp(self.clock));
            }
            Step::Retire { version } => {
                self.keys.remove(&version);
                self.retired.push(version);
            }
            Step::AwaitBackup { .. } | Step::Done => {}
        }
        (step, None)
    }

    fn check(&self) {
        assert_eq!(self.rows.len(), self.model.len());
        for (name, row) in &self.rows {
            let label = Label { secret: name, version: row.version, bound_to: BOUND };
            let opened = self.key(row.sealed.key_version).open(&label, &row.sealed).unwrap();
            assert_eq!(opened.reveal(), self.model[name]);
        }
    }

    /// Nobody interferes any more: it ends, with one key.
    fn finish(&mut self) {
        for _ in 0..1_000 {
            match self.step(false).0 {
                Step::Done => return,
                Step::AwaitBackup { .. } => {
                    self.clock += 1;
                    self.backup_at = Some(Timestamp(self.clock));
                }
                Step::Rewrap { .. } | Step::NoteEmpty { .. } | Step::Retire { .. } => {}
            }
        }
        panic!("the rotation does not end: {:?}", self.facts());
    }
}

#[derive(Clone, Debug)]
enum Act {
    Put(u8, String),
    Delete(u8),
    Begin,
    Step,
    /// A worker read and wrapped a batch, and stopped before it committed.
    Stall,
    /// It goes on now.
    Resume,
    Backup,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (0..6_u8, "[a-z]{1,9}").prop_map(|(name, text)| Act::Put(name, text)),
        1 => (0..6_u8).prop_map(Act::Delete),
        2 => Just(Act::Begin),
        8 => Just(Act::Step),
        3 => Just(Act::Stall),
        2 => Just(Act::Resume),
        2 => Just(Act::Backup),
    ];
    proptest::collection::vec(act, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_rotation_interrupted_anywhere_loses_nothing(acts in acts()) {
        let mut shelf = Shelf::new();
        let mut stalled: Vec<Batch> = Vec::new();
        for act in acts {
            match act {
                Act::Put(name, text) => shelf.put(&format!("sec_{name}"), &text),
                Act::Delete(name) => shelf.delete(&format!("sec_{name}")),
                Act::Begin => shelf.begin(),
                Act::Step => drop(shelf.step(false)),
                Act::Stall => stalled.extend(shelf.step(true).1),
                Act::Resume => {
                    if let Some(batch) = stalled.pop() {
                        shelf.commit_batch(batch);
                    }
                }
                Act::Backup => {
                    shelf.clock += 1;
                    shelf.backup_at = Some(Timestamp(shelf.clock));
                }
            }
            shelf.check();
        }
        shelf.finish();
        shelf.check();
        prop_assert_eq!(shelf.facts().len(), 1);
        // Nor does what arrives after the end bring an old key back.
        for batch in stalled {
            shelf.commit_batch(batch);
        }
        shelf.check();
        prop_assert!(shelf.rows.values().all(|row| !shelf.retired.contains(&row.sealed.key_version)));
    }
}
