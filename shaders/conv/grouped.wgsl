// A convolution in groups, forward or as the gradient of the input, without a matrix product: each element of
// [samples, PIXELS_DOWN, PIXELS_ACROSS, CHANNEL_COUNT] is
//   Σ over taps and i of image[sample, reach(tap, y, x), group · EACH + i] · weight[tap, …]
// EACH is the number of the image's channels in a group, OWN that of the result's.
//   forward:   weight[tap · EACH + i, column]
//   gradient:  weight[tap · OWN + column % OWN, group · EACH + i]

override CHANNEL_COUNT: u32;
override EACH: u32;
override OWN: u32;
override FORWARD: u32;
override TAPS: u32;
override WEIGHT_STRIDE: u32;

@group(0) @binding(0) var<storage, read> weight: array<f32>;

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  let pixel = pixelsAt(row / 4u);
  let own = vec4u(pixel[row % 4u]);
  let column = min(4u * column4 + vec4u(0u, 1u, 2u, 3u), vec4u(CHANNEL_COUNT - 1u));
  let first = column / OWN * EACH;
  let x = xOf(own);
  let y = yOf(own);
  let sample = sampleOf(own) * SAMPLE_STRIDE;
  var sum = vec4f();
  for (var tap = 0u; tap < TAPS; tap++) {
    let tapY = tap / KERNEL_WIDTH;
    let fromX = reachX(x, vec4u(tap - tapY * KERNEL_WIDTH)).x;
    let fromY = reachY(y, vec4u(tapY)).x;
    if (fromX >= IMAGE_WIDTH || fromY >= IMAGE_HEIGHT) {
      continue;
    }
    let at = sample + vec4u(fromY * LINE_STRIDE + fromX * PIXEL_STRIDE) + first;
    for (var e = 0u; e < EACH; e++) {
      var w = vec4u((tap * EACH + e) * WEIGHT_STRIDE) + column;
      if (FORWARD == 0u) {
        w = (tap * OWN + column % OWN) * WEIGHT_STRIDE + first + e;
      }
      let a = vec4f(image[at.x + e], image[at.y + e], image[at.z + e], image[at.w + e]);
      sum += a * vec4f(weight[w.x], weight[w.y], weight[w.z], weight[w.w]);
    }
  }
  return sum;
}
