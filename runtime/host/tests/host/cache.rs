//! Compiled plugins: kept, checked, never run when anything about them is wrong.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::process::{Resource, getrlimit};
use throughline_domain::time::Timestamp;
use throughline_host::services::memory::services;
use throughline_host::{Compiler, Host, HostConfig, compile_child_main};

use crate::guests::action;
use crate::support::{Bench, bench, config};

fn honest() -> Vec<u8> {
    action("honest", "read", "", "(call $done (i32.const 32778) (i32.const 4))")
}

fn file(dir: &Path, extension: &str) -> PathBuf {
    std::fs::read_dir(dir.join("cache"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|found| found == extension))
        .unwrap()
}

fn host(config: HostConfig) -> Host {
    Host::new(config, services(Timestamp(0), 1)).unwrap()
}

async fn works(bench: &Bench, host: Host) {
    Bench {
        host,
        clock: bench.clock.clone(),
        blobs: bench.blobs.clone(),
        asked: bench.asked.clone(),
        dir: tempfile::tempdir().unwrap(),
    }
    .still_works()
    .await;
}

#[tokio::test]
async fn the_second_host_loads_without_compiling() {
    let bench = bench();
    bench.load(&honest()).await;
    let (native, mac) = (file(bench.dir.path(), "cwasm"), file(bench.dir.path(), "mac"));
    for path in [&native, &mac] {
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(
        std::fs::metadata(bench.dir.path().join("cache")).unwrap().permissions().mode() & 0o777,
        0o700
    );
    let written = std::fs::metadata(&native).unwrap().modified().unwrap();
    // A compiler that cannot run shows that none is needed.
    let broken = Compiler::Child { program: "/nonexistent".into(), args: vec![] };
    let second = host(HostConfig { compiler: broken, ..config(bench.dir.path()) });
    second.load(&honest()).await.unwrap();
    works(&bench, second).await;
    assert_eq!(std::fs::metadata(&native).unwrap().modified().unwrap(), written);
    let left: Vec<_> = std::fs::read_dir(bench.dir.path().join("cache")).unwrap().collect();
    assert_eq!(left.len(), 2, "no scratch files remain: {left:?}");
}

#[tokio::test]
async fn a_flipped_bit_is_compiled_again_never_run() {
    let bench = bench();
    bench.load(&honest()).await;
    let (native, mac) = (file(bench.dir.path(), "cwasm"), file(bench.dir.path(), "mac"));
    let good = std::fs::read(&native).unwrap();
    for (path, at) in [(&native, good.len() / 2), (&native, 0), (&native, good.len() - 1), (&mac, 3)] {
        let mut bytes = std::fs::read(path).unwrap();
        bytes[at] ^= 1;
        std::fs::remove_file(path).unwrap();
        std::fs::write(path, &bytes).unwrap();
        let second = host(config(bench.dir.path()));
        second.load(&honest()).await.unwrap();
        assert_eq!(std::fs::read(&native).unwrap(), good, "written anew");
        works(&bench, second).await;
    }
}

#[tokio::test]
async fn a_file_made_with_another_key_or_for_another_plugin_is_not_used() {
    let bench = bench();
    bench.load(&honest()).await;
    let (native, mac) = (file(bench.dir.path(), "cwasm"), file(bench.dir.path(), "mac"));
    let before = std::fs::read(&mac).unwrap();
    let second = host(HostConfig { cache_key: [8; 32], ..config(bench.dir.path()) });
    second.load(&honest()).await.unwrap();
    assert_ne!(std::fs::read(&mac).unwrap(), before);
    // The files of one plugin under the name of another: the MAC covers the name.
    let other = action("other", "read", "", "(call $done (i32.const 32778) (i32.const 4))");
    let hex = |wasm: &[u8]| throughline_host::Digest::of(wasm).as_str().replace("sha256:", "");
    for path in [&native, &mac] {
        let name = path.file_name().unwrap().to_str().unwrap().replace(&hex(&honest()), &hex(&other));
        std::fs::copy(path, path.with_file_name(name)).unwrap();
    }
    let third = host(HostConfig { cache_key: [8; 32], ..config(bench.dir.path()) });
    let plugin = third.load(&other).await.unwrap();
    assert_eq!(plugin.manifest().id, "other");
    third.verify(&plugin).await.unwrap();
}

/// This very test binary as compiler: the test below does its work when its arguments are two paths.
fn child() -> Compiler {
    let args = ["--exact", "cache::as_a_child_process"].map(OsString::from).to_vec();
    Compiler::Child { program: std::env::current_exe().unwrap(), args }
}

#[test]
fn as_a_child_process() {
    let args: Vec<OsString> = std::env::args_os().collect();
    let paths = &args[args.len().saturating_sub(2)..];
    if paths.iter().all(|path| Path::new(path).is_absolute()) && paths.len() == 2 && paths[0] != args[0] {
        compile_child_main(paths.to_vec()).unwrap();
        // The parent gets an error if a limit is not in force.
        assert_eq!(getrlimit(Resource::Cpu).maximum, Some(60));
        assert_eq!(getrlimit(Resource::As).maximum, Some(4 << 30));
        assert_eq!(getrlimit(Resource::Core).maximum, Some(0));
    }
}

#[tokio::test]
async fn a_child_compiles_for_the_same_engine() {
    let bench = bench();
    let other = tempfile::tempdir().unwrap();
    let with_child = host(HostConfig { compiler: child(), ..config(other.path()) });
    with_child.load(&honest()).await.unwrap();
    works(&bench, with_child).await;
    bench.load(&honest()).await;
    assert_eq!(
        std::fs::read(file(other.path(), "cwasm")).unwrap().len(),
        std::fs::read(file(bench.dir.path(), "cwasm")).unwrap().len()
    );
}

#[tokio::test]
async fn scratch_of_a_dead_process_is_removed_and_of_a_living_one_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (dead, living) = (dir.path().join("cache/tmp-999999999-0"), dir.path().join("cache/tmp-1-0"));
    for path in [&dead, &living] {
        std::fs::create_dir_all(path).unwrap();
    }
    host(config(dir.path()));
    assert!(!dead.exists() && living.exists());
}

#[tokio::test]
async fn a_child_that_fails_is_an_error_with_words() {
    let dir = tempfile::tempdir().unwrap();
    let missing = Compiler::Child { program: "/nonexistent".into(), args: vec![] };
    let error =
        host(HostConfig { compiler: missing, ..config(dir.path()) }).load(&honest()).await.unwrap_err();
    assert_eq!(error.code(), "TL0306");
    let failing = Compiler::Child { program: "/bin/false".into(), args: vec![] };
    let error =
        host(HostConfig { compiler: failing, ..config(dir.path()) }).load(&honest()).await.unwrap_err();
    assert!(error.to_string().contains("exit status: 1"), "{error}");
    let left: Vec<_> = std::fs::read_dir(dir.path().join("cache")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}
