// hits[BATCH]: whether each row is a hit; see metrics/hit. One invocation per row.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < BATCH_ROWS) {
    writeHit(id.x);
  }
}
