// The PIXEL_COUNT pixels [samples, PIXELS_DOWN, PIXELS_ACROSS] that the rows of a product stand for, four at a time, as packed coordinates.
//   pixelsAt(i4)[e] = sample · 2^(BITS_X + BITS_Y) + y · 2^BITS_X + x  of pixel 4·i4 + e
// Beyond the end: the last pixel again. Only the first of the four is divided: the others follow it.

override PIXEL_COUNT: u32;
override PIXELS_DOWN: u32;
override PIXELS_ACROSS: u32;
override BITS_X: u32;
override BITS_Y: u32;

/// The packed coordinates of the pixel behind one.
fn pixelBehind(pixel: u32) -> u32 {
  let x = pixel & ((1u << BITS_X) - 1u);
  let y = (pixel >> BITS_X) & ((1u << BITS_Y) - 1u);
  let toLine = (1u << BITS_X) - (PIXELS_ACROSS - 1u);
  let toSample = (1u << (BITS_X + BITS_Y)) - ((PIXELS_DOWN - 1u) << BITS_X) - (PIXELS_ACROSS - 1u);
  let step = select(toLine, toSample, y == PIXELS_DOWN - 1u);
  return pixel + select(1u, step, x == PIXELS_ACROSS - 1u);
}

fn pixelsAt(i4: u32) -> vec4u {
  let first = min(4u * i4, PIXEL_COUNT - 1u);
  let line = first / PIXELS_ACROSS;
  let sample = line / PIXELS_DOWN;
  let coordinates = ((line - sample * PIXELS_DOWN) << BITS_X) | (first - line * PIXELS_ACROSS);
  let a = (sample << (BITS_X + BITS_Y)) | coordinates;
  let b = select(a, pixelBehind(a), first + 1u < PIXEL_COUNT);
  let c = select(b, pixelBehind(b), first + 2u < PIXEL_COUNT);
  let d = select(c, pixelBehind(c), first + 3u < PIXEL_COUNT);
  return vec4u(a, b, c, d);
}

fn sampleOf(pixels: vec4u) -> vec4u {
  return pixels >> vec4u(BITS_X + BITS_Y);
}

fn yOf(pixels: vec4u) -> vec4u {
  return (pixels >> vec4u(BITS_X)) & vec4u((1u << BITS_Y) - 1u);
}

fn xOf(pixels: vec4u) -> vec4u {
  return pixels & vec4u((1u << BITS_X) - 1u);
}
