//! Guests in WebAssembly text. Each is a core module over the contract's canonical ABI, made a component
//! the way `throughline plugin build` does.

use serde_json::{Value, json};
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

const WORLDS: &str = r"
package test:guests;
world actions {
  import throughline:connector/context@0.1.0;
  import throughline:connector/log@0.1.0;
  import throughline:connector/clock@0.1.0;
  import throughline:connector/random@0.1.0;
  import throughline:connector/blobs@0.1.0;
  import throughline:connector/http@0.1.0;
  import throughline:connector/state@0.1.0;
  import throughline:connector/crypto@0.1.0;
  export throughline:connector/manifest@0.1.0;
  export throughline:connector/actions@0.1.0;
}
world triggers {
  import throughline:connector/http@0.1.0;
  export throughline:connector/manifest@0.1.0;
  export throughline:connector/triggers@0.1.0;
}
";

/// Helpers of every guest. Memory: 16 a result, 128 a request, 256 an answer, 320 describe's return,
/// 1024 the manifest, 32768 texts, from 65536 on what the allocator gave.
const PRELUDE: &str = r#"
 (memory (export "memory") 2)
 (global $heap (mut i32) (i32.const 65536))
 (func $realloc (export "cabi_realloc") (param $old i32) (param $from i32) (param $align i32) (param $size i32) (result i32)
   (local $at i32)
   (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
   (global.set $heap (i32.add (local.get $at) (local.get $size)))
   (block $fits (loop $more
     (br_if $fits (i32.le_u (global.get $heap) (i32.mul (memory.size) (i32.const 65536))))
     (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then unreachable))
     (br $more)))
   (local.get $at))
 ;; A result that is ok(done(text)).
 (func $done (param $ptr i32) (param $len i32) (result i32)
   (i32.store8 (i32.const 16) (i32.const 0))
   (i32.store8 (i32.const 24) (i32.const 0))
   (i32.store (i32.const 32) (local.get $ptr))
   (i32.store (i32.const 36) (local.get $len))
   (i32.const 16))
 ;; A result that is err(permanent) with the code guest.http and this message.
 (func $fail (param $ptr i32) (param $len i32) (result i32)
   (memory.fill (i32.const 16) (i32.const 0) (i32.const 88))
   (i32.store8 (i32.const 16) (i32.const 1))
   (i32.store8 (i32.const 24) (i32.const 8))
   (i32.store (i32.const 48) (i32.const 32768))
   (i32.store (i32.const 52) (i32.const 10))
   (i32.store (i32.const 56) (local.get $ptr))
   (i32.store (i32.const 60) (local.get $len))
   (i32.store8 (i32.const 64) (i32.const 1))
   (i32.const 16))
 (data (i32.const 32768) "guest.httptrueGETPOSTdefaultbodyno answernot a number")
"#;

/// Sends requests as the operation's id says: letter 0 the method (g, p), 1 how often (1, 2), 2 with the
/// slot `default` (a) or without (n), 3 following redirects (s) or not (n), 4 ignoring errors (i), failing
/// after any answer (f), trapping (t) or plainly (n), 5 the body into a blob (b). The input is a JSON
/// string: the URL.
const RELAY: &str = r#"
 (import "throughline:connector/http@0.1.0" "send" (func $send (param i32 i32)))
 (func $letter (param $op i32) (param $at i32) (result i32) (i32.load8_u (i32.add (local.get $op) (local.get $at))))
 (func $run (param $p i32) (result i32)
   (local $op i32) (local $left i32) (local $mode i32)
   (local.set $op (i32.load (local.get $p)))
   (local.set $mode (call $letter (local.get $op) (i32.const 4)))
   (memory.fill (i32.const 128) (i32.const 0) (i32.const 80))
   (if (i32.eq (call $letter (local.get $op) (i32.const 0)) (i32.const 103))
     (then (i32.store (i32.const 128) (i32.const 32782)) (i32.store (i32.const 132) (i32.const 3)))
     (else (i32.store (i32.const 128) (i32.const 32785)) (i32.store (i32.const 132) (i32.const 4))
       (i32.store8 (i32.const 152) (i32.const 1))
       (i32.store (i32.const 156) (i32.const 32796)) (i32.store (i32.const 160) (i32.const 4))))
   ;; the URL between the quotes
   (i32.store (i32.const 136) (i32.add (i32.load offset=8 (local.get $p)) (i32.const 1)))
   (i32.store (i32.const 140) (i32.sub (i32.load offset=12 (local.get $p)) (i32.const 2)))
   (if (i32.eq (call $letter (local.get $op) (i32.const 2)) (i32.const 97))
     (then (i32.store8 (i32.const 164) (i32.const 1))
       (i32.store (i32.const 168) (i32.const 32789)) (i32.store (i32.const 172) (i32.const 7))))
   (if (i32.eq (call $letter (local.get $op) (i32.const 3)) (i32.const 115))
     (then (i32.store8 (i32.const 177) (i32.const 1))))
   (if (i32.eq (call $letter (local.get $op) (i32.const 5)) (i32.const 98))
     (then (i32.store8 (i32.const 176) (i32.const 1))))
   (local.set $left (i32.sub (call $letter (local.get $op) (i32.const 1)) (i32.const 48)))
   (loop $again
     (call $send (i32.const 128) (i32.const 256))
     (if (i32.and (i32.eq (i32.load8_u (i32.const 256)) (i32.const 1)) (i32.ne (local.get $mode) (i32.const 105)))
       (then
         ;; denied, unreachable, auth-unavailable and internal carry words
         (if (i32.or (i32.le_u (i32.load8_u (i32.const 260)) (i32.const 1)) (i32.eq (i32.load8_u (i32.const 260)) (i32.const 5)))
           (then (return (call $fail (i32.load (i32.const 264)) (i32.load (i32.const 268))))))
         (return (call $fail (i32.const 32800) (i32.const 9)))))
     (local.set $left (i32.sub (local.get $left) (i32.const 1)))
     (br_if $again (local.get $left)))
   (if (i32.eq (local.get $mode) (i32.const 102)) (then (return (call $fail (i32.const 32800) (i32.const 9)))))
   (if (i32.eq (local.get $mode) (i32.const 116)) (then unreachable))
   (if (i32.eq (local.get $mode) (i32.const 105)) (then (return (call $done (i32.const 32778) (i32.const 4)))))
   (call $done (i32.load (i32.const 284)) (i32.load (i32.const 288))))
"#;

/// A plugin that sends what it is told to: see [`RELAY`].
pub(crate) fn relay(hosts: &Value, actions: &Value) -> Vec<u8> {
    relay_with(hosts, actions, &json!({}))
}

/// The same with auth slots.
pub(crate) fn relay_with(hosts: &Value, actions: &Value, auth: &Value) -> Vec<u8> {
    let mut all = serde_json::Map::new();
    for (id, action) in actions.as_object().unwrap() {
        let mut entry = json!({ "title": id, "effect": "read", "input": { "type": "string" }, "output": true, "sample": true });
        for (key, value) in action.as_object().unwrap() {
            entry[key] = value.clone();
        }
        all.insert(id.clone(), entry);
    }
    let manifest = json!({
        "contract": "0.1", "id": "relay", "version": "1.0.0", "name": "Relay",
        "hosts": hosts, "actions": all, "auth": auth,
    });
    actions_guest(&manifest, RELAY, "(call $run (local.get 0))", "(call $run (i32.const 700))")
}

/// A plugin with one action whose `run` is this text: one parameter, the pointer to its arguments, and a
/// pointer as result.
pub(crate) fn action(id: &str, effect: &str, definitions: &str, run: &str) -> Vec<u8> {
    let manifest = json!({
        "contract": "0.1", "id": id, "version": "1.2.3", "name": id,
        "actions": { "go": {
            "title": "Go", "effect": effect, "input": true, "output": { "type": "boolean" }, "sample": true,
            "preview": true, "reconcile": true, "compensate": true
        } },
    });
    actions_guest(&manifest, definitions, run, "unreachable")
}

/// A component with `manifest` and `actions`, its manifest embedded.
pub(crate) fn actions_guest(manifest: &Value, definitions: &str, run: &str, preview: &str) -> Vec<u8> {
    full_guest(manifest, definitions, "", run, preview)
}

/// The same with something to do before `describe` answers.
pub(crate) fn actions_guest_with_describe(manifest: &Value, definitions: &str, describe: &str) -> Vec<u8> {
    full_guest(manifest, definitions, describe, "unreachable", "unreachable")
}

fn full_guest(manifest: &Value, definitions: &str, describe: &str, run: &str, preview: &str) -> Vec<u8> {
    let (imports, functions) = split_imports(definitions);
    let text = manifest.to_string();
    let (data, len) = (escape(&text), text.len());
    let module = format!(
        r#"(module {imports} {PRELUDE} {functions}
 (data (i32.const 1024) "{data}")
 (func (export "throughline:connector/manifest@0.1.0#describe") (result i32) {describe}
   (i32.store (i32.const 320) (i32.const 1024)) (i32.store (i32.const 324) (i32.const {len})) (i32.const 320))
 (func (export "throughline:connector/actions@0.1.0#run") (param i32) (result i32) {run})
 (func (export "throughline:connector/actions@0.1.0#preview") (param i32 i32 i32 i32) (result i32)
   ;; the same arguments in the form that run has
   (i32.store (i32.const 700) (local.get 0)) (i32.store (i32.const 704) (local.get 1))
   (i32.store (i32.const 708) (local.get 2)) (i32.store (i32.const 712) (local.get 3))
   {preview})
 (func (export "throughline:connector/actions@0.1.0#reconcile") (param i32 i32 i32 i32 i32 i32) (result i32) unreachable)
 (func (export "throughline:connector/actions@0.1.0#compensate") (param i32 i32 i32 i32 i32 i32) (result i32) unreachable)
 (func (export "throughline:connector/actions@0.1.0#classify") (param i32 i32 i32 i32) (result i32) unreachable)
)"#
    );
    component(&module, "actions", &text)
}

/// A plugin whose polls send what [`RELAY`] is told to; the configuration is the URL, the answer the cursor.
pub(crate) fn relay_poll(hosts: &Value, triggers: &Value) -> Vec<u8> {
    let mut all = serde_json::Map::new();
    for (id, trigger) in triggers.as_object().unwrap() {
        let mut entry = json!({ "title": id, "kind": "poll", "config": { "type": "string" }, "output": true, "sample": true });
        for (key, value) in trigger.as_object().unwrap() {
            entry[key] = value.clone();
        }
        all.insert(id.clone(), entry);
    }
    let manifest = json!({
        "contract": "0.1", "id": "relay", "version": "1.0.0", "name": "Relay", "hosts": hosts, "triggers": all,
    });
    let poll = "
   (memory.fill (i32.const 16) (i32.const 0) (i32.const 48))
   (i32.store (i32.const 700) (local.get 0)) (i32.store (i32.const 704) (local.get 1))
   (i32.store (i32.const 708) (local.get 2)) (i32.store (i32.const 712) (local.get 3))
   (call $run (i32.const 700))";
    full_triggers_guest(&manifest, RELAY, poll)
}

/// A component with `manifest` and `triggers`; `poll` is given.
pub(crate) fn triggers_guest(manifest: &Value, poll: &str) -> Vec<u8> {
    full_triggers_guest(manifest, "", poll)
}

fn full_triggers_guest(manifest: &Value, definitions: &str, poll: &str) -> Vec<u8> {
    let (imports, functions) = split_imports(definitions);
    let text = manifest.to_string();
    let (data, len) = (escape(&text), text.len());
    let module = format!(
        r#"(module {imports} {PRELUDE} {functions}
 (data (i32.const 1024) "{data}")
 (func (export "throughline:connector/manifest@0.1.0#describe") (result i32)
   (i32.store (i32.const 320) (i32.const 1024)) (i32.store (i32.const 324) (i32.const {len})) (i32.const 320))
 (func (export "throughline:connector/triggers@0.1.0#poll") (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32) {poll})
 (func (export "throughline:connector/triggers@0.1.0#sample") (param i32 i32 i32 i32) (result i32) unreachable)
 (func (export "throughline:connector/triggers@0.1.0#subscribe") (param i32 i32 i32 i32 i32 i32) (result i32) unreachable)
 (func (export "throughline:connector/triggers@0.1.0#renew") (param i32 i32 i32 i32 i32 i32) (result i32) unreachable)
 (func (export "throughline:connector/triggers@0.1.0#unsubscribe") (param i32 i32 i32 i32 i32 i32) (result i32) unreachable)
 (func (export "throughline:connector/triggers@0.1.0#handle") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
   (i32.store8 (i32.const 16) (i32.const 0)) (i32.store8 (i32.const 24) (i32.const 3)) (i32.store16 (i32.const 28) (i32.const 401))
   (i32.const 16))
)"#
    );
    component(&module, "triggers", &text)
}

/// Imports must stand before everything else.
fn split_imports(definitions: &str) -> (String, String) {
    let (imports, rest): (Vec<_>, Vec<_>) =
        definitions.lines().partition(|line| line.trim_start().starts_with("(import"));
    (imports.join("\n"), rest.join("\n"))
}

fn component(module: &str, world: &str, manifest: &str) -> Vec<u8> {
    let mut core = wat::parse_str(module).unwrap_or_else(|error| panic!("{error}"));
    let mut resolve = Resolve::default();
    resolve.push_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../../sdk/wit/v0")).unwrap();
    let package = resolve.push_str("guests.wit", WORLDS).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8).unwrap();
    throughline_host::embed_manifest(&throughline_host::encode(&core).unwrap(), manifest)
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
