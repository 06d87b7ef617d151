// y[M,N] = pooled(row, c4): one invocation for 4 channels of a pixel, which is a row. pooled and the store are linked.
// Grid: GRID_WIDTH invocations in a row of workgroups.

override GRID_WIDTH: u32;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * GRID_WIDTH + id.x;
  if (i < 4u * M4 * N4) {
    let row = i / N4;
    let c4 = i % N4;
    var value = vec4f();
    if (row < M) {
      value = pooled(row, c4);
    }
    beginStore();
    store(row, c4, value);
  }
}
