// C[M,N] = elementAt(...), element by element: beginColumn, elementAt and the store are linked. One invocation for four rows
// of a column of vec4, GRID_WIDTH of them in a row of workgroups.

override GRID_WIDTH: u32;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * GRID_WIDTH + id.x;
  let end = M4 * N4;
  if (i < end) {
    let n4 = i % N4;
    let first = 4u * (i / N4);
    beginStore();
    beginColumn(n4);
    for (var row = first; row < first + 4u; row++) {
      store(row, n4, elementAt(row * N4 + n4, row, n4));
    }
  }
}
