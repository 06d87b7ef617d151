// weighed[BATCH] = x[row] · weightOfRow(row). One invocation per row.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> weighed: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < BATCH_ROWS) {
    weighed[id.x] = select(0.0, x[id.x] * weightOfRow(id.x), id.x < BATCH);
  }
}
