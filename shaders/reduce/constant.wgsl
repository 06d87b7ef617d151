// value[0] = VALUE: the gradient that autodiff starts from. Its padding is zero.

override VALUE: f32;

@group(0) @binding(0) var<storage, read_write> value: array<vec4f>;

@compute @workgroup_size(1)
fn main() {
  value[0] = vec4f(VALUE, 0.0, 0.0, 0.0);
}
