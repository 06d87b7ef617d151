// A convolution in groups, forward or as the gradient of the input, without a matrix product. Each element of
// [samples, y, x, CHANNEL_COUNT] is
//   Σ over taps and i of image[sample, reach(tap, y, x), group · EACH + i] · weight[tap, …]
// EACH is the number of the image's channels in a group, OWN that of the result's.
//   forward:   weight[tap · EACH + i, column]
//   gradient:  weight[tap · OWN + column % OWN, group · EACH + i]

override CHANNEL_COUNT: u32;
override EACH: u32;
override OWN: u32;
override FORWARD: u32;
override KERNEL_HEIGHT: u32;
override WEIGHT_STRIDE: u32;

@group(0) @binding(0) var<storage, read> weight: array<f32>;

fn pixelAt(sample: u32, y: u32, x: u32, c4: u32) -> vec4f {
  let column = min(4u * c4 + vec4u(0u, 1u, 2u, 3u), vec4u(CHANNEL_COUNT - 1u));
  let first = column / OWN * EACH;
  var sum = vec4f();
  for (var tapY = 0u; tapY < KERNEL_HEIGHT; tapY++) {
    let fromY = reachY(vec4u(y), vec4u(tapY)).x;
    if (fromY >= IMAGE_HEIGHT) {
      continue;
    }
    for (var tapX = 0u; tapX < KERNEL_WIDTH; tapX++) {
      let fromX = reachX(vec4u(x), vec4u(tapX)).x;
      if (fromX >= IMAGE_WIDTH) {
        continue;
      }
      let tap = tapY * KERNEL_WIDTH + tapX;
      let at = vec4u(sample * SAMPLE_STRIDE + fromY * LINE_STRIDE + fromX * PIXEL_STRIDE) + first;
      for (var e = 0u; e < EACH; e++) {
        var w = vec4u((tap * EACH + e) * WEIGHT_STRIDE) + column;
        if (FORWARD == 0u) {
          w = (tap * OWN + column % OWN) * WEIGHT_STRIDE + first + e;
        }
        let a = vec4f(image[at.x + e], image[at.y + e], image[at.z + e], image[at.w + e]);
        sum += a * vec4f(weight[w.x], weight[w.y], weight[w.z], weight[w.w]);
      }
    }
  }
  return sum;
}
