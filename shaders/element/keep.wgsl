// x, which is also written to memory: another dispatch reads it.

@group(0) @binding(0) var<storage, read_write> kept: array<vec4f>;

fn element(x: vec4f, i: u32, row: u32, column4: u32) -> vec4f {
  kept[i] = trim(x, row, column4);
  return x;
}
