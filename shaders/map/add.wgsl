// x[R,C] + y[R,C]

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> y: array<vec4f>;

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  return x[i] + y[i];
}
