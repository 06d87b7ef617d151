// dx[BATCH] = dmean / count for the `count` valid rows of the batch, 0 for the others: the gradient of
// reduce/batch_mean. One invocation per row.

@group(0) @binding(0) var<storage, read> meanGradient: array<f32>;
@group(0) @binding(1) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < BATCH_ROWS) {
    dx[id.x] = meanGradient[0] * rowShare(id.x);
  }
}
