//! A connector in WebAssembly text whose calls pause, made a component the way `throughline plugin build` does.

use serde_json::json;
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

const WORLD: &str = r"
package test:guests;
world actions {
  import throughline:connector/context@0.1.0;
  export throughline:connector/manifest@0.1.0;
  export throughline:connector/actions@0.1.0;
}
";

/// By the first letter of the operation: `t` pauses for a second, `n` without an end, every other one until its
/// callback; the token is then the callback address. Called again it gives the callback's body, else its token.
/// Memory: 16 a result, 256 an answer, 320 describe's return, 1024 the manifest, 4096 the token, then what the
/// allocator gave.
const RUN: &str = r#"
 (import "throughline:connector/context@0.1.0" "callback-url" (func $callback (param i32)))
 (memory (export "memory") 2)
 (global $heap (mut i32) (i32.const 65536))
 (func $realloc (export "cabi_realloc") (param $old i32) (param $from i32) (param $align i32) (param $size i32) (result i32)
   (local $at i32)
   (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
   (global.set $heap (i32.add (local.get $at) (local.get $size)))
   (local.get $at))
 (func $done (param $ptr i32) (param $len i32) (result i32)
   (i32.store (i32.const 32) (local.get $ptr)) (i32.store (i32.const 36) (local.get $len))
   (i32.const 16))
 (func $pause (param $len i32) (param $timed i32) (param $called i32) (result i32)
   (i32.store8 (i32.const 24) (i32.const 2))
   (i32.store (i32.const 32) (i32.const 4096)) (i32.store (i32.const 36) (local.get $len))
   (i32.store8 (i32.const 40) (local.get $timed)) (i64.store (i32.const 48) (i64.const 1000))
   (i32.store8 (i32.const 56) (local.get $called))
   (i32.const 16))
 (func $run (param $p i32) (result i32) (local $letter i32) (local $len i32)
   (memory.fill (i32.const 16) (i32.const 0) (i32.const 64))
   (if (i32.load8_u offset=28 (local.get $p)) (then
     (if (i32.load8_u offset=40 (local.get $p)) (then
       (return (call $done (i32.load offset=68 (local.get $p)) (i32.load offset=72 (local.get $p))))))
     (return (call $done (i32.load offset=32 (local.get $p)) (i32.load offset=36 (local.get $p))))))
   (local.set $letter (i32.load8_u (i32.load (local.get $p))))
   (i32.store8 (i32.const 4096) (i32.const 34))
   (call $callback (i32.const 256))
   (if (i32.load8_u (i32.const 256)) (then
     (local.set $len (i32.load (i32.const 264)))
     (memory.copy (i32.const 4097) (i32.load (i32.const 260)) (local.get $len))))
   (i32.store8 (i32.add (i32.const 4097) (local.get $len)) (i32.const 34))
   (call $pause (i32.add (local.get $len) (i32.const 2))
     (i32.eq (local.get $letter) (i32.const 116))
     (i32.and (i32.ne (local.get $letter) (i32.const 116)) (i32.ne (local.get $letter) (i32.const 110)))))
"#;

/// Actions `timed`, `never` and `called` read, `once` writes once and cannot be looked up.
pub(crate) fn courier() -> Vec<u8> {
    let action = |effect: &str| json!({ "title": "Carry", "effect": effect, "input": true, "output": true, "sample": true });
    let manifest = json!({
        "contract": "0.1", "id": "courier", "version": "1.0.0", "name": "Courier",
        "actions": {
            "timed": action("read"), "never": action("read"), "called": action("read"), "once": action("write_once"),
        },
    });
    let text = manifest.to_string();
    let (imports, functions) = RUN.split_once("\n (memory").unwrap();
    let (data, len) = (text.replace('"', "\\\""), text.len());
    let module = format!(
        r#"(module {imports} (memory{functions}
 (data (i32.const 1024) "{data}")
 (func (export "throughline:connector/manifest@0.1.0#describe") (result i32)
   (i32.store (i32.const 320) (i32.const 1024)) (i32.store (i32.const 324) (i32.const {len})) (i32.const 320))
 (func (export "throughline:connector/actions@0.1.0#run") (param i32) (result i32) (call $run (local.get 0)))
 (func (export "throughline:connector/actions@0.1.0#preview") (param i32 i32 i32 i32) (result i32) unreachable)
 (func (export "throughline:connector/actions@0.1.0#reconcile") (param i32 i32 i32 i32 i32 i32) (result i32) unreachable)
 (func (export "throughline:connector/actions@0.1.0#compensate") (param i32 i32 i32 i32 i32 i32) (result i32) unreachable)
 (func (export "throughline:connector/actions@0.1.0#classify") (param i32 i32 i32 i32) (result i32) unreachable)
)"#
    );
    let mut core = wat::parse_str(&module).unwrap_or_else(|error| panic!("{error}"));
    let mut resolve = Resolve::default();
    resolve.push_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../sdk/wit/v0")).unwrap();
    let package = resolve.push_str("guests.wit", WORLD).unwrap();
    let world = resolve.select_world(&[package], Some("actions")).unwrap();
    embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8).unwrap();
    throughline_host::embed_manifest(&throughline_host::encode(&core).unwrap(), &text)
}
