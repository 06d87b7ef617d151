// biasAt from bias[N].

@group(0) @binding(0) var<storage, read> bias: array<vec4f>;

fn biasAt(n4: u32) -> vec4f {
  return bias[n4];
}
