// As conv/patch, for any number of channels: each element of a block has its own tap and channel.
//   tapsAt(k4)           the elements 4·k4 … 4·k4 + 3 of the KERNEL_TERMS that a patch has; firstOf gives k4
//   patchAt(pixels, taps) a row for each of four pixels; beyond the terms: 0

override CHANNELS: u32;
override KERNEL_TERMS: u32;

fn tapsAt(k4: u32) -> vec4u {
  return 4u * k4 + vec4u(0u, 1u, 2u, 3u);
}

fn firstOf(taps: vec4u) -> u32 {
  return taps.x / 4u;
}

fn patchRow(x: u32, y: u32, sample: u32, terms: vec4u) -> vec4f {
  let tap = terms / CHANNELS;
  let tapY = tap / KERNEL_WIDTH;
  let fromX = reachX(vec4u(x), tap - tapY * KERNEL_WIDTH);
  let fromY = reachY(vec4u(y), tapY);
  let inside = (fromX < vec4u(IMAGE_WIDTH)) & (fromY < vec4u(IMAGE_HEIGHT)) & (terms < vec4u(KERNEL_TERMS));
  let at = sample * SAMPLE_STRIDE + fromY * LINE_STRIDE + fromX * PIXEL_STRIDE + terms - tap * CHANNELS;
  let i = select(vec4u(), at, inside);
  return select(vec4f(), vec4f(image[i.x], image[i.y], image[i.z], image[i.w]), inside);
}

fn patchAt(pixels: vec4u, taps: vec4u) -> mat4x4f {
  let x = xOf(pixels);
  let y = yOf(pixels);
  let sample = sampleOf(pixels);
  return mat4x4f(
    patchRow(x.x, y.x, sample.x, taps),
    patchRow(x.y, y.y, sample.y, taps),
    patchRow(x.z, y.z, sample.z, taps),
    patchRow(x.w, y.w, sample.w, taps)
  );
}
