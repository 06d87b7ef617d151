// Read-only view of the clock for all kernels but the tick.

@group(0) @binding(0) var<storage, read> clock: Clock;
