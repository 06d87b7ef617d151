// Images as they are, or the part in their middle.

fn beginImage(image: u32) {
}

fn sourceOf(own: vec2i) -> vec2i {
  return own + vec2i(vec2u(IMAGE_Y - PART_Y, IMAGE_X - PART_X) / 2u);
}

fn shaded(shade: f32) -> f32 {
  return shade;
}

fn isCut(own: vec2i) -> bool {
  return false;
}
