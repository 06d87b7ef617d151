// C[M,N] = elementAt(...), element by element: elementAt and the store are linked. One invocation per vec4, GRID_WIDTH of
// them in a row of workgroups.

override GRID_WIDTH: u32;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * GRID_WIDTH + id.x;
  if (i < 4u * M4 * N4) {
    beginStore();
    store(i / N4, i % N4, elementAt(i, i / N4, i % N4));
  }
}
