// outputGradient[BATCH, CLASSES] = gradientOfRow(row, rowGradient[row]), the loss linked;
// rowGradient is the gradient of each row's loss. Padding rows get 0. One invocation per row.

@group(0) @binding(0) var<storage, read> rowGradient: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < BATCH_ROWS) {
    beginLoss(id.x);
    gradientOfRow(id.x, rowGradient[id.x]);
  }
}
