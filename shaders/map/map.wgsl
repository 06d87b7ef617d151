// out[ROW_COUNT × COLUMN4_COUNT vec4] = elementAt(...), element by element; elementAt is linked.
// Grid: one invocation per vec4, GRID_WIDTH of them in a row of workgroups.

override ROW_COUNT: u32;
override COLUMN4_COUNT: u32;
override GRID_WIDTH: u32;

@group(0) @binding(0) var<storage, read_write> result: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * GRID_WIDTH + id.x;
  if (i < ROW_COUNT * COLUMN4_COUNT) {
    let row = i / COLUMN4_COUNT;
    let column4 = i % COLUMN4_COUNT;
    result[i] = trim(elementAt(i, row, column4), row, column4);
  }
}
