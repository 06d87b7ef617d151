// The weight and the bias of each column of a norm.

@group(0) @binding(0) var<storage, read> normWeight: array<vec4f>;
@group(0) @binding(1) var<storage, read> normBias: array<vec4f>;

fn affine(x: vec4f, column4: u32) -> vec4f {
  return x * normWeight[column4] + normBias[column4];
}
