// element(x[R,C]), element linked from element/*

@group(0) @binding(0) var<storage, read> x: array<vec4f>;

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  beginElement();
  return element(x[i], i, row, column4);
}
