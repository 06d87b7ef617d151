// counts[class, predicted] += 1 for each valid row of the batch. Integer atomics: the order of the
// additions does not change the sum. One invocation a row.

@group(0) @binding(0) var<storage, read_write> counts: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < min(BATCH, clock.count)) {
    atomicAdd(&counts[labelOfRow(id.x) * CLASSES + largestOfRow(id.x)], 1u);
  }
}
