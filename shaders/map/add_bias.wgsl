// x[R,C] + bias[C]

@group(0) @binding(0) var<storage, read> x: array<vec4f>;

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  return x[i] + biasAt(column4);
}
