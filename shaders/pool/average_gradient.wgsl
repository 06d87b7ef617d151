// dx of an average: the sum of poolSlope[images · OUT_Y · OUT_X, N] / count over the windows that contain this pixel, in the
// order of the windows.

@group(0) @binding(0) var<storage, read> poolSlope: array<vec4f>;

fn pixelAt(sample: u32, ownY: u32, ownX: u32, c4: u32) -> vec4f {
  let y = ownY + PADDING_Y;
  let x = ownX + PADDING_X;
  var sum = vec4f();
  for (var oy = firstWindow(y, KERNEL_Y, STRIDE_Y); oy < min(y / STRIDE_Y + 1u, OUT_Y); oy++) {
    for (var ox = firstWindow(x, KERNEL_X, STRIDE_X); ox < min(x / STRIDE_X + 1u, OUT_X); ox++) {
      sum += poolSlope[((sample * OUT_Y + oy) * OUT_X + ox) * N4 + c4] / poolCount(oy, ox);
    }
  }
  return sum;
}
