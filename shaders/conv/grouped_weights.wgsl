// The gradient of the weight of a convolution in groups, dW[tap · EACH + i, output]:
//   Σ over the PIXEL_COUNT outputs of image[sample, reach(tap, y, x), group · EACH + i] · slope[pixel, output]
// in the order of the pixels. EACH is the number of input channels in a group, OWN that of outputs.

override TERMS: u32;
override CHANNEL_COUNT: u32;
override EACH: u32;
override OWN: u32;

@group(0) @binding(0) var<storage, read> slope: array<vec4f>;

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  let columns4 = (CHANNEL_COUNT + 3u) / 4u;
  let column = min(4u * column4 + vec4u(0u, 1u, 2u, 3u), vec4u(CHANNEL_COUNT - 1u));
  let term = min(row, TERMS - 1u);
  let tap = term / EACH;
  let channel = column / OWN * EACH + term % EACH;
  let tapY = vec4u(tap / KERNEL_WIDTH);
  let tapX = vec4u(tap % KERNEL_WIDTH);
  var sum = vec4f();
  for (var i4 = 0u; 4u * i4 < PIXEL_COUNT; i4++) {
    let pixels = pixelsAt(i4);
    let x = reachX(xOf(pixels), tapX);
    let y = reachY(yOf(pixels), tapY);
    let at = sampleOf(pixels) * SAMPLE_STRIDE + y * LINE_STRIDE + x * PIXEL_STRIDE;
    let inside = (x < vec4u(IMAGE_WIDTH)) & (y < vec4u(IMAGE_HEIGHT));
    for (var p = 0u; p < 4u && 4u * i4 + p < PIXEL_COUNT; p++) {
      if (inside[p]) {
        let i = at[p] + channel;
        let a = vec4f(image[i.x], image[i.y], image[i.z], image[i.w]);
        sum += a * slope[(4u * i4 + p) * columns4 + column4];
      }
    }
  }
  return sum;
}
