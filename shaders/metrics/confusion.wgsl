// counts[class, predicted] += 1 for each valid row of the batch whose label is a class and not ignored (linked). Integer atomics: the order of the
// additions does not change the sum. One invocation per row.

@group(0) @binding(0) var<storage, read_write> counts: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < BATCH && isRow(id.x)) {
    let class_ = labelOfRow(id.x);
    if (class_ < CLASSES && !isIgnored(class_)) {
      atomicAdd(&counts[class_ * CLASSES + largestOfRow(id.x)], 1u);
    }
  }
}
