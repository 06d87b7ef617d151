// A depthwise convolution, forward or as the gradient of the input: each channel by itself, four at a time.
//   [sample, y, x, c] = Σ over taps of image[sample, reach(tap, y, x), c] · weight[tap, c]
// in the order of the taps. The strides count vec4f.

override KERNEL_HEIGHT: u32;
override KERNEL_WIDTH: u32;
override IMAGE_HEIGHT: u32;
override IMAGE_WIDTH: u32;
override SAMPLE_STRIDE: u32;
override LINE_STRIDE: u32;
override PIXEL_STRIDE: u32;

@group(0) @binding(0) var<storage, read> image: array<vec4f>;
@group(0) @binding(1) var<storage, read> weight: array<vec4f>;

fn pixelAt(sample: u32, y: u32, x: u32, c4: u32) -> vec4f {
  var sum = vec4f();
  for (var tapY = 0u; tapY < KERNEL_HEIGHT; tapY++) {
    let fromY = reachY(vec4u(y), vec4u(tapY)).x;
    if (fromY < IMAGE_HEIGHT) {
      let line = sample * SAMPLE_STRIDE + fromY * LINE_STRIDE + c4;
      for (var tapX = 0u; tapX < KERNEL_WIDTH; tapX++) {
        let fromX = reachX(vec4u(x), vec4u(tapX)).x;
        if (fromX < IMAGE_WIDTH) {
          sum += image[line + fromX * PIXEL_STRIDE] * weight[(tapY * KERNEL_WIDTH + tapX) * N4 + c4];
        }
      }
    }
  }
  return sum;
}
