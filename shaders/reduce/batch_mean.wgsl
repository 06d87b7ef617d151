// mean = 1/rows · Σ_{row < rows} x[row], rows in order. Its padding is zero. One invocation.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> mean: array<vec4f>;

@compute @workgroup_size(1)
fn main() {
  var sum = 0.0;
  for (var row = 0u; isRow(row); row++) {
    sum += x[row];
  }
  mean[0] = vec4f(sum / f32(clock.rows), 0.0, 0.0, 0.0);
}
