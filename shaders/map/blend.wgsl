// own[COUNT4 vec4] = own + (other − own) · share[0], element by element.
// Grid: one invocation per vec4, GRID_WIDTH of them in a row of workgroups.

override COUNT4: u32;
override GRID_WIDTH: u32;

@group(0) @binding(0) var<storage, read_write> own: array<vec4f>;
@group(0) @binding(1) var<storage, read> other: array<vec4f>;
@group(0) @binding(2) var<storage, read> share: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * GRID_WIDTH + id.x;
  if (i < COUNT4) {
    own[i] = own[i] + (other[i] - own[i]) * share[0];
  }
}
