// sums[j] = Σ x[i]² over the vec4 i = j, j + LANES, j + 2 · LANES, …, in this order: the share of each of LANES invocations
// of the squares of a tensor.

override COUNT4: u32;
override LANES: u32;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  var sum = vec4f();
  for (var i = id.x; i < COUNT4; i += LANES) {
    sum += x[i] * x[i];
  }
  sums[id.x] = (sum.x + sum.y) + (sum.z + sum.w);
}
