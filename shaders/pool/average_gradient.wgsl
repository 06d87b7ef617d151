// dx of an average: the sum of poolSlope[images · OUT_Y · OUT_X, N] / count over the windows that contain this pixel, in the
// order of the windows.

@group(0) @binding(0) var<storage, read> poolSlope: array<vec4f>;

fn pooled(row: u32, c4: u32) -> vec4f {
  let y = row / IN_X % IN_Y + PADDING_Y;
  let x = row % IN_X + PADDING_X;
  let image = imageOf(row, IN_Y * IN_X, OUT_Y * OUT_X);
  var sum = vec4f();
  for (var oy = firstWindow(y, KERNEL_Y, STRIDE_Y); oy < min(y / STRIDE_Y + 1u, OUT_Y); oy++) {
    for (var ox = firstWindow(x, KERNEL_X, STRIDE_X); ox < min(x / STRIDE_X + 1u, OUT_X); ox++) {
      sum += poolSlope[(image + oy * OUT_X + ox) * N4 + c4] / poolCount(oy, ox);
    }
  }
  return sum;
}
