// As conv/patch, for any number of channels: each element of a block has its own tap and channel, the term (y, x, channel) of a
// patch, packed as the pixels of conv/grid are:
//   tapsAt(k4)           the terms 4·k4 … 4·k4 + 3; firstOf gives k4. Behind the last, y is at least KERNEL_HEIGHT
//   patchAt(pixels, taps) a row for each of four pixels; beyond the terms: 0

override CHANNELS: u32;
override KERNEL_HEIGHT: u32;
override BITS_TAP: u32;
override BITS_CHANNEL: u32;

fn channelOf(term: vec4u) -> vec4u {
  return term & vec4u((1u << BITS_CHANNEL) - 1u);
}

fn tapXOf(term: vec4u) -> vec4u {
  return (term >> vec4u(BITS_CHANNEL)) & vec4u((1u << BITS_TAP) - 1u);
}

fn tapYOf(term: vec4u) -> vec4u {
  return term >> vec4u(BITS_CHANNEL + BITS_TAP);
}

/// The term behind one.
fn termBehind(term: u32) -> u32 {
  let channel = term & ((1u << BITS_CHANNEL) - 1u);
  let x = (term >> BITS_CHANNEL) & ((1u << BITS_TAP) - 1u);
  let toTap = (1u << BITS_CHANNEL) - (CHANNELS - 1u);
  let toLine = (1u << (BITS_CHANNEL + BITS_TAP)) - ((KERNEL_WIDTH - 1u) << BITS_CHANNEL) - (CHANNELS - 1u);
  let step = select(toTap, toLine, x == KERNEL_WIDTH - 1u);
  return term + select(1u, step, channel == CHANNELS - 1u);
}

fn tapsAt(k4: u32) -> vec4u {
  let tap = 4u * k4 / CHANNELS;
  let y = tap / KERNEL_WIDTH;
  let line = (((y << BITS_TAP) | (tap - y * KERNEL_WIDTH)) << BITS_CHANNEL);
  let a = line | (4u * k4 - tap * CHANNELS);
  let b = termBehind(a);
  let c = termBehind(b);
  return vec4u(a, b, c, termBehind(c));
}

fn firstOf(taps: vec4u) -> u32 {
  return ((tapYOf(taps).x * KERNEL_WIDTH + tapXOf(taps).x) * CHANNELS + channelOf(taps).x) / 4u;
}

fn patchAt(pixels: vec4u, taps: vec4u) -> mat4x4f {
  let tapX = tapXOf(taps);
  let tapY = tapYOf(taps);
  let isTerm = tapY < vec4u(KERNEL_HEIGHT);
  let x = xOf(pixels);
  let y = yOf(pixels);
  let sample = sampleOf(pixels) * SAMPLE_STRIDE;
  var patch4: mat4x4f;
  for (var e = 0u; e < 4u; e++) { // unroll
    let fromX = reachX(vec4u(x[e]), tapX);
    let fromY = reachY(vec4u(y[e]), tapY);
    let inside = isTerm & (fromX < vec4u(IMAGE_WIDTH)) & (fromY < vec4u(IMAGE_HEIGHT));
    let i = select(vec4u(), sample[e] + fromY * LINE_STRIDE + fromX * PIXEL_STRIDE + channelOf(taps), inside);
    patch4[e] = select(vec4f(), vec4f(image[i.x], image[i.y], image[i.z], image[i.w]), inside);
  }
  return patch4;
}
