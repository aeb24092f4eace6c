//! Native code from plugin bytes, in this process or in a child with limits.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};
use wasmtime::Engine;

use crate::config::Compiler;
use crate::engine::compiler_engine;
use crate::error::HostError;

/// Processor seconds the child may use.
const CPU_SECONDS: u64 = 60;
/// Bytes of address space the child may use.
const ADDRESS_SPACE: u64 = 4 << 30;
/// Wall time the parent waits for the child.
const WALL: Duration = Duration::from_mins(2);
/// Largest file the child may write.
const FILE_BYTES: u64 = 256 << 20;

/// Compiles with the configured compiler. `scratch` is a directory for the child's two files.
pub(crate) async fn compile(
    compiler: &Compiler,
    engine: &Engine,
    wasm: &[u8],
    scratch: &Path,
) -> Result<Vec<u8>, HostError> {
    let native = match compiler {
        Compiler::InProcess => {
            let (engine, wasm) = (engine.clone(), wasm.to_vec());
            tokio::task::spawn_blocking(move || precompile(&engine, &wasm))
                .await
                .map_err(|error| HostError::Compile(error.to_string()))??
        }
        Compiler::Child { program, args } => in_child(program, args, wasm, scratch).await?,
    };
    fail::fail_point!("host.after_compile", |_| std::process::abort());
    Ok(native)
}

fn precompile(engine: &Engine, wasm: &[u8]) -> Result<Vec<u8>, HostError> {
    engine.precompile_component(wasm).map_err(|error| HostError::Compile(format!("{error:#}")))
}

async fn in_child(
    program: &Path,
    args: &[OsString],
    wasm: &[u8],
    scratch: &Path,
) -> Result<Vec<u8>, HostError> {
    let failed = |what: &str, error: std::io::Error| HostError::Compile(format!("{what}: {error}"));
    let input = scratch.join("in.wasm");
    let output = scratch.join("out.cwasm");
    tokio::fs::write(&input, wasm).await.map_err(|error| failed("writing the child's input", error))?;
    let child = tokio::process::Command::new(program)
        .args(args)
        .arg(&input)
        .arg(&output)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed("starting the compiler", error))?;
    // Dropping the future on the time limit kills the child.
    let done = tokio::time::timeout(WALL, child.wait_with_output())
        .await
        .map_err(|_| HostError::Compile(format!("it took longer than {} s", WALL.as_secs())))?
        .map_err(|error| failed("waiting for the compiler", error))?;
    if !done.status.success() {
        let words = String::from_utf8_lossy(&done.stderr);
        let words = words.trim().lines().last().unwrap_or_default();
        return Err(HostError::Compile(format!("the compiler stopped with {}; {words}", done.status)));
    }
    tokio::fs::read(&output).await.map_err(|error| failed("reading the child's output", error))
}

/// What a child process does for [`Compiler::Child`]: limits itself, compiles `IN` and writes `OUT`.
/// `args` are the last two arguments of the command line.
pub fn compile_child_main(args: impl IntoIterator<Item = OsString>) -> Result<(), HostError> {
    let mut args = args.into_iter();
    let (Some(input), Some(output)) = (args.next(), args.next()) else {
        return Err(HostError::Compile("usage: compile-plugin IN OUT".into()));
    };
    limit_this_process()?;
    let failed = |what: &str, error: std::io::Error| HostError::Compile(format!("{what}: {error}"));
    let wasm = std::fs::read(&input).map_err(|error| failed("reading the plugin", error))?;
    crate::inspect::validate(&wasm)?;
    let native = precompile(&compiler_engine()?, &wasm)?;
    std::fs::write(&output, native).map_err(|error| failed("writing native code", error))
}

/// A compiler bug or a compile bomb must end this child, not the server.
fn limit_this_process() -> Result<(), HostError> {
    let limits = [
        (Resource::Cpu, CPU_SECONDS),
        (Resource::As, ADDRESS_SPACE),
        (Resource::Core, 0),
        (Resource::Fsize, FILE_BYTES),
    ];
    for (resource, most) in limits {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
            .map_err(|error| HostError::Compile(format!("setting {resource:?}: {error}")))?;
    }
    Ok(())
}
