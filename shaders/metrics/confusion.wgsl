// counts[class, predicted] += 1 for each valid row of the batch whose label is a class. Integer atomics: the order of the
// additions does not change the sum. One invocation per row.

@group(0) @binding(0) var<storage, read_write> counts: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < min(BATCH, clock.count)) {
    let class_ = labelOfRow(id.x);
    if (class_ < CLASSES) {
      atomicAdd(&counts[class_ * CLASSES + largestOfRow(id.x)], 1u);
    }
  }
}
