// mask ⊙ x / (1 − p); its gradient has the same form

fn element(x: vec4f, i: u32, row: u32, column4: u32) -> vec4f {
  return drop(x, i);
}

fn beginElement() {
  beginDrop();
}
