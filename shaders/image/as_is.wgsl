// Images as they are.

fn beginImage(image: u32) {
}

fn sourceOf(own: vec2i) -> vec2i {
  return own;
}

fn shaded(shade: f32) -> f32 {
  return shade;
}

fn isCut(own: vec2i) -> bool {
  return false;
}
