// mask ⊙ x[R,C] / (1 − p); its gradient has the same form

@group(0) @binding(0) var<storage, read> x: array<vec4f>;

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  beginDrop();
  return drop(x[i], i);
}
