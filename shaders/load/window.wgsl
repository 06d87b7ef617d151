// featuresAt(i): four neighbouring tokens of a sample as floats. A sample is a window of WINDOW tokens, WINDOW_STRIDE behind
// the one before. Beyond the end of a window it repeats the last token, which trimFeatures sets to zero.

override WINDOW: u32;
override WINDOW_STRIDE: u32;
override WINDOW4 = (WINDOW + 3u) / 4u;

fn featuresAt(i: u32) -> vec4f {
  let first = i / WINDOW4 * WINDOW_STRIDE;
  let at = first + min(vec4u(4u * (i % WINDOW4)) + vec4u(0u, 1u, 2u, 3u), vec4u(WINDOW - 1u));
  return vec4f(vec4u(tokenAt(at.x), tokenAt(at.y), tokenAt(at.z), tokenAt(at.w)));
}
