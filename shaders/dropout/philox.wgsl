// Inverted dropout (Srivastava et al. 2014, section 10): mask ⊙ x / (1 − p). The mask of four
// neighbouring elements compares four Philox words with DROP_THRESHOLD = round(p · 2³²). It depends
// only on (seed, DROP_LAYER, step, element), so the backward pass computes it again and it is not
// stored. DROP_SCALE = 1 / (1 − DROP_THRESHOLD · 2⁻³²).

override DROP_LAYER: u32;
override DROP_THRESHOLD: u32;
override DROP_SCALE: f32;
override DROP_KEEP: f32; // 1 / DROP_SCALE

const DROPOUT_DOMAIN = 3u;

/// Read from the clock once per invocation, not once per element.
var<private> dropStep: u32;
var<private> dropSeed: vec2u;
var<private> dropLayerNumber: u32 = DROP_LAYER;

fn beginDrop() {
  dropStep = clock.step;
  dropSeed = clock.seed;
}

/// Changes to the masks of layer DROP_LAYER + `after`.
fn dropLayer(after: u32) {
  dropLayerNumber = DROP_LAYER + after;
}

fn drop(value: vec4f, element4: u32) -> vec4f {
  let random = philox(vec4u(element4, dropStep, dropLayerNumber, DROPOUT_DOMAIN), dropSeed);
  return select(vec4f(), value * DROP_SCALE, random >= vec4u(DROP_THRESHOLD));
}

fn dropGradient(gradient: vec4f, kept: vec4f, element4: u32) -> vec4f {
  return drop(gradient, element4);
}

/// The value before dropout of an element that was kept.
fn undrop(kept: vec4f) -> vec4f {
  return kept * DROP_KEEP;
}
