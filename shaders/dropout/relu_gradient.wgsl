// The gradient of dropout after a ReLU, without the mask: if the output is 0, the ReLU or the dropout
// set it to 0, and in both cases the gradient is 0.

override DROP_SCALE: f32;

fn beginDrop() {
}

fn dropGradient(gradient: vec4f, kept: vec4f, element4: u32) -> vec4f {
  return gradient * DROP_SCALE;
}

fn undrop(kept: vec4f) -> vec4f {
  return kept;
}
