// As update, with the gradient times the factor of reduce/norm.

override COUNT4: u32;
override GRID_WIDTH: u32;

@group(0) @binding(0) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(1) var<storage, read> clipping: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  beginOptimize();
  let i = id.y * GRID_WIDTH + id.x;
  if (i < COUNT4) {
    optimize(i, clipping[0].y * gradient[i]);
  }
}
