// No dropout: the identity, and its gradient.

fn beginDrop() {
}

fn dropLayer(after: u32) {
}

fn drop(value: vec4f, element4: u32) -> vec4f {
  return value;
}

fn dropGradient(gradient: vec4f, kept: vec4f, element4: u32) -> vec4f {
  return gradient;
}

fn undrop(kept: vec4f) -> vec4f {
  return kept;
}
