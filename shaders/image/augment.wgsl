// Images changed at random, for training: flipped left to right, shifted by up to SHIFT_Y and SHIFT_X pixels with a border of
// zeros or of the reflected image, made brighter or darker, given more or less contrast around 1/2, with a rectangle of
// CUT_Y × CUT_X pixels cut out, and of larger images a random part. The changes are a function of (seed, step, the image's place in the batch), as in
// src/ops/augment.ts: two draws of four words, and one for the part.

override FLIP_BELOW: u32; // of 2²⁴
override SHIFT_Y: u32;
override SHIFT_X: u32;
override REFLECT: u32;
override CUT_Y: u32;
override CUT_X: u32;
override BRIGHTNESS: f32;
override CONTRAST: f32;

const AUGMENT_DOMAIN = 5u;

var<private> isFlipped: bool;
var<private> imageShift: vec2i;
var<private> partFrom: vec2i;
var<private> cutFrom: vec2i;
var<private> brightness: f32;
var<private> contrast: f32;

/// A whole number from 0 to below n.
fn below(word: u32, n: u32) -> i32 {
  return i32(multiplyWide(word, n).x);
}

/// A number from 1 − most to below 1 + most, in steps of 2⁻²³ · most.
fn around(word: u32, most: f32) -> f32 {
  return 1.0 + most * (f32(word >> 8u) * 1.1920928955078125e-7 - 1.0);
}

fn beginImage(image: u32) {
  let first = philox(vec4u(image, clock.step, 0u, AUGMENT_DOMAIN), clock.seed);
  isFlipped = (first.x >> 8u) < FLIP_BELOW;
  imageShift = vec2i(
    below(first.y, 2u * SHIFT_Y + 1u) - i32(SHIFT_Y),
    below(first.z, 2u * SHIFT_X + 1u) - i32(SHIFT_X)
  );
  let second = philox(vec4u(image, clock.step, 1u, AUGMENT_DOMAIN), clock.seed);
  cutFrom = vec2i(
    below(second.x, PART_Y) - i32(CUT_Y / 2u),
    below(second.y, PART_X) - i32(CUT_X / 2u)
  );
  if (PART_Y < IMAGE_Y || PART_X < IMAGE_X) {
    let third = philox(vec4u(image, clock.step, 2u, AUGMENT_DOMAIN), clock.seed);
    partFrom = vec2i(below(third.x, IMAGE_Y - PART_Y + 1u), below(third.y, IMAGE_X - PART_X + 1u));
  }
  brightness = around(second.z, BRIGHTNESS);
  contrast = around(second.w, CONTRAST);
}

/// A place along a side of `size` pixels: beyond an end, the place as far inside of it.
fn reflected(at: i32, size: u32) -> i32 {
  let last = i32(size) - 1;
  return last - abs(last - abs(at));
}

fn sourceOf(own: vec2i) -> vec2i {
  var at = own + partFrom - imageShift;
  if (REFLECT == 1u) {
    at = vec2i(reflected(at.x, IMAGE_Y), reflected(at.y, IMAGE_X));
  }
  return vec2i(at.x, select(at.y, i32(IMAGE_X) - 1 - at.y, isFlipped));
}

fn shaded(shade: f32) -> f32 {
  let bright = clamp(shade * brightness, 0.0, 1.0);
  let contrasted = clamp((bright - 0.5) * contrast + 0.5, 0.0, 1.0);
  // Without it, the same bits.
  return select(contrasted, bright, CONTRAST == 0.0);
}

fn isCut(own: vec2i) -> bool {
  let at = vec2u(own - cutFrom);
  return at.x < CUT_Y && at.y < CUT_X;
}
