// packed[PACKED_ROWS, PACKED_COLUMNS] = x without its padding, to a buffer of the caller. One
// invocation per element, GRID_WIDTH of them in a row of workgroups.

override PACKED_ROWS: u32;
override PACKED_COLUMNS: u32;
override GRID_WIDTH: u32;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> packed: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * GRID_WIDTH + id.x;
  if (i < PACKED_ROWS * PACKED_COLUMNS) {
    let row = i / PACKED_COLUMNS;
    let column = i % PACKED_COLUMNS;
    packed[i] = x[row * ((PACKED_COLUMNS + 3u) / 4u) + column / 4u][column % 4u];
  }
}
