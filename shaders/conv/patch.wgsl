// Blocks of patches: what the taps of a kernel read of an image [samples, IMAGE_HEIGHT, IMAGE_WIDTH, channels], with zeros
// outside. The channels are a multiple of 4, so that four neighbours are of one tap; CHANNELS4 is their number / 4.
//   tapsAt(k4)           the tap (x, y), the channels / 4, and k4, of the elements from 4·k4; firstOf gives k4
//   patchAt(pixels, taps) a row for each of four pixels, with four channels

override CHANNELS4: u32;
override KERNEL_WIDTH: u32;
override IMAGE_HEIGHT: u32;
override IMAGE_WIDTH: u32;
override SAMPLE_STRIDE: u32;
override LINE_STRIDE: u32;
override PIXEL_STRIDE: u32;

@group(0) @binding(0) var<storage, read> image: array<vec4f>;

fn tapsAt(k4: u32) -> vec4u {
  let tap = k4 / CHANNELS4;
  let y = tap / KERNEL_WIDTH;
  return vec4u(tap - y * KERNEL_WIDTH, y, k4 - tap * CHANNELS4, k4);
}

fn firstOf(taps: vec4u) -> u32 {
  return taps.w;
}

fn patchAt(pixels: vec4u, taps: vec4u) -> mat4x4f {
  let x = reachX(xOf(pixels), taps.xxxx);
  let y = reachY(yOf(pixels), taps.yyyy);
  let inside = (x < vec4u(IMAGE_WIDTH)) & (y < vec4u(IMAGE_HEIGHT));
  let at = sampleOf(pixels) * SAMPLE_STRIDE + y * LINE_STRIDE + x * PIXEL_STRIDE + taps.z;
  let i = select(vec4u(), at, inside);
  return mat4x4f(
    select(vec4f(), image[i.x], inside.x),
    select(vec4f(), image[i.y], inside.y),
    select(vec4f(), image[i.z], inside.z),
    select(vec4f(), image[i.w], inside.w)
  );
}
