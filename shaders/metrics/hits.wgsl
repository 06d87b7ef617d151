// hits[BATCH]: 1 where the largest output of a row is its class. One invocation a row.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < BATCH_ROWS) {
    writeHit(id.x);
  }
}
