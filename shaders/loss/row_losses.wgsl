// rowLosses[BATCH] = lossOfRow(row), the loss linked. One invocation per row.

@group(0) @binding(0) var<storage, read_write> losses: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < BATCH_ROWS) {
    beginLoss(id.x);
    losses[id.x] = select(0.0, lossOfRow(id.x), id.x < BATCH);
  }
}
