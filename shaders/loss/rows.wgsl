// The loss of a batch in one dispatch: rowLosses[BATCH], hits[BATCH] and the gradient of the mean
// loss with respect to the outputs (loss, hits and gradient are linked). One invocation per row.

@group(0) @binding(0) var<storage, read_write> losses: array<f32>;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row < BATCH_ROWS) {
    beginLoss(row);
    losses[row] = select(0.0, lossOfRow(row), row < BATCH);
    writeHit(row);
    gradientOfRow(row, rowShare(row));
  }
}
