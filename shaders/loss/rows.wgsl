// The loss of a batch in one dispatch: rowLosses[BATCH], hits[BATCH] and the gradient of the mean
// loss with respect to the outputs (loss, hits and gradient are linked). Rows beyond the count of a
// partial batch have weight 0, all others 1 / count. One invocation per row.

@group(0) @binding(0) var<storage, read_write> losses: array<f32>;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row < BATCH_ROWS) {
    beginLoss(row);
    losses[row] = select(0.0, lossOfRow(row), row < BATCH);
    writeHit(row);
    gradientOfRow(row, select(0.0, 1.0 / f32(clock.count), row < clock.count));
  }
}
