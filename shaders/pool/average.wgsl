// The mean of each window over poolInput[images · IN_Y · IN_X, N], taps added row by row.

@group(0) @binding(0) var<storage, read> poolInput: array<vec4f>;

fn pixelAt(sample: u32, oy: u32, ox: u32, c4: u32) -> vec4f {
  var sum = vec4f();
  for (var ty = 0u; ty < KERNEL_Y; ty++) {
    // Above the image this wraps around to a large number.
    let y = oy * STRIDE_Y + ty - PADDING_Y;
    if (y < IN_Y) {
      for (var tx = 0u; tx < KERNEL_X; tx++) {
        let x = ox * STRIDE_X + tx - PADDING_X;
        if (x < IN_X) {
          sum += poolInput[((sample * IN_Y + y) * IN_X + x) * N4 + c4];
        }
      }
    }
  }
  return sum / poolCount(oy, ox);
}
