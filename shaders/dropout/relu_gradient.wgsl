// The gradient of dropout behind a ReLU without the mask: where the output is 0 the ReLU or the
// dropout was closed, and either makes the gradient 0.

override DROP_SCALE: f32;

fn beginDrop() {
}

fn dropGradient(gradient: vec4f, kept: vec4f, element4: u32) -> vec4f {
  return gradient * DROP_SCALE;
}

fn undrop(kept: vec4f) -> vec4f {
  return kept;
}
