// sums[C] = Σ_r x[r,C] · y[r,C], rows in order: the gradient of a factor of each column. One invocation per column of
// vec4.

override ROW_COUNT: u32;
override COLUMN4_COUNT: u32;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> y: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < COLUMN4_COUNT) {
    var sum = vec4f();
    for (var row = 0u; row < ROW_COUNT; row++) {
      let i = row * COLUMN4_COUNT + id.x;
      sum += x[i] * y[i];
    }
    sums[id.x] = sum;
  }
}
