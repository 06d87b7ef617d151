// classes[BATCH]: the class of the largest output of a row. One invocation per row.

@group(0) @binding(0) var<storage, read_write> classes: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < BATCH_ROWS) {
    classes[id.x] = select(0u, largestOfRow(id.x), id.x < BATCH);
  }
}
