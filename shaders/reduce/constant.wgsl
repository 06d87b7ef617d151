// value[0] = VALUE: the gradient that autodiff starts from.

override VALUE: f32;

@group(0) @binding(0) var<storage, read_write> value: array<f32>;

@compute @workgroup_size(1)
fn main() {
  value[0] = VALUE;
}
