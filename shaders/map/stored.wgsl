// elementAt(…) for each vec4 of a matrix of 4·M4 rows and N4 columns, element by element, given to the store: both are linked.
// Grid: one invocation per vec4, GRID_WIDTH of them in a row of workgroups.

override GRID_WIDTH: u32;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * GRID_WIDTH + id.x;
  if (i < 4u * M4 * N4) {
    beginStore();
    store(i / N4, i % N4, elementAt(i, i / N4, i % N4));
  }
}
