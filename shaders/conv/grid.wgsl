// The PIXEL_COUNT pixels [samples, PIXELS_DOWN, PIXELS_ACROSS] that the rows of a product stand for, four at a time, as packed coordinates.
//   pixelsAt(i4)[e] = sample · 2^(BITS_X + BITS_Y) + y · 2^BITS_X + x  of pixel 4·i4 + e
// Beyond the end: the last pixel again.

override PIXEL_COUNT: u32;
override PIXELS_DOWN: u32;
override PIXELS_ACROSS: u32;
override BITS_X: u32;
override BITS_Y: u32;

fn pixelsAt(i4: u32) -> vec4u {
  let i = min(4u * i4 + vec4u(0u, 1u, 2u, 3u), vec4u(PIXEL_COUNT - 1u));
  let line = i / PIXELS_ACROSS;
  let sample = line / PIXELS_DOWN;
  let coordinates = ((line - sample * PIXELS_DOWN) << vec4u(BITS_X)) | (i - line * PIXELS_ACROSS);
  return (sample << vec4u(BITS_X + BITS_Y)) | coordinates;
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
