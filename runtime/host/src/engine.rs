//! The one wasmtime engine of the process: features, allocator, epoch ticker.

use std::num::NonZeroUsize;
use std::time::Duration;

use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Strategy, WasmFeatures,
};

use crate::error::HostError;
use crate::limits::MAX_MEMORY_BYTES;

/// Length of an epoch.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// What native code depends on: the same in the compiling child and in the server.
fn base_config() -> Config {
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .epoch_interruption(true)
        .concurrency_support(false)
        .wasm_tail_call(false)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        // Kept: the JavaScript runtime's adapters have several memories in one module.
        .wasm_multi_memory(true)
        .max_wasm_stack(512 << 10)
        .wasm_backtrace_max_frames(NonZeroUsize::new(20));
    // By flag: their own setters exist only with cargo features that this build leaves out.
    let off = WasmFeatures::GC
        | WasmFeatures::FUNCTION_REFERENCES
        | WasmFeatures::EXCEPTIONS
        | WasmFeatures::THREADS
        | WasmFeatures::STACK_SWITCHING
        | WasmFeatures::WIDE_ARITHMETIC
        | WasmFeatures::CUSTOM_PAGE_SIZES
        | WasmFeatures::CM_ASYNC;
    config.wasm_features(off, false);
    config
}

/// Shape of the pool: QuickJS needs 57 core instances, 3 memories and a table of 768 elements a call,
/// Python 115 core instances and a table of 5,700.
fn pool(instances: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(instances)
        .total_stacks(instances)
        .total_core_instances(instances.saturating_mul(120))
        .total_memories(instances.saturating_mul(4))
        .total_tables(instances.saturating_mul(8))
        .max_core_instances_per_component(200)
        .max_memories_per_component(4)
        .max_tables_per_component(16)
        .max_memories_per_module(4)
        .max_tables_per_module(8)
        .max_memory_size(usize::try_from(MAX_MEMORY_BYTES).unwrap_or(usize::MAX))
        .table_elements(20_000)
        .max_component_instance_size(10 << 20)
        .max_core_instance_size(10 << 20)
        .max_unused_warm_slots(instances / 4)
        .linear_memory_keep_resident(64 << 10)
        .table_keep_resident(64 << 10)
        .pagemap_scan(Enabled::Auto);
    pool
}

/// The engine of a server: pooling where the address space allows it, else on demand.
pub(crate) fn server_engine(instances: u32) -> Result<Engine, HostError> {
    let mut config = base_config();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(instances.max(1))));
    let engine = match Engine::new(&config) {
        Ok(engine) => engine,
        Err(error) => {
            tracing::warn!(%error, "no address space for the instance pool; instances are allocated on demand");
            compiler_engine()?
        }
    };
    start_ticker(&engine)?;
    Ok(engine)
}

/// An engine that only compiles.
pub(crate) fn compiler_engine() -> Result<Engine, HostError> {
    Engine::new(&base_config()).map_err(|error| HostError::Start(error.to_string()))
}

/// Advances the epoch as long as the engine lives.
fn start_ticker(engine: &Engine) -> Result<(), HostError> {
    let weak = engine.weak();
    std::thread::Builder::new()
        .name("plugin-epoch".into())
        .spawn(move || {
            loop {
                std::thread::sleep(TICK);
                let Some(engine) = weak.upgrade() else { return };
                engine.increment_epoch();
            }
        })
        .map(drop)
        .map_err(|error| HostError::Start(format!("epoch thread: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_pools_and_the_compiler_makes_what_it_can_map() {
        let server = server_engine(64).unwrap();
        assert!(server.pooling_allocator_metrics().is_some(), "64 instances fit into the address space");
        let hash = |engine: &Engine| {
            use std::hash::{DefaultHasher, Hash, Hasher};
            let mut hasher = DefaultHasher::new();
            engine.precompile_compatibility_hash().hash(&mut hasher);
            hasher.finish()
        };
        assert_eq!(hash(&server), hash(&compiler_engine().unwrap()));
    }

    #[test]
    fn an_engine_without_room_for_a_pool_still_starts() {
        assert!(server_engine(4_000_000).is_ok());
    }
}
