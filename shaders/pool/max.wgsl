// The maximum of each window over poolInput[images · IN_Y · IN_X, N], and which tap it is: the first one, row by row, as in
// PyTorch. A NaN counts as the largest.

@group(0) @binding(0) var<storage, read> poolInput: array<vec4f>;

fn isNotNumber(value: vec4f) -> vec4<bool> {
  return (bitcast<vec4u>(value) & vec4u(0x7fffffffu)) > vec4u(0x7f800000u);
}

fn pixelAt(sample: u32, oy: u32, ox: u32, c4: u32) -> vec4f {
  var largest = vec4f();
  var tap = vec4u();
  var isFirst = true;
  for (var ty = 0u; ty < KERNEL_Y; ty++) { // unroll
    // Above the image this wraps around to a large number.
    let y = oy * STRIDE_Y + ty * DILATION_Y - PADDING_Y;
    if (y < IN_Y) {
      for (var tx = 0u; tx < KERNEL_X; tx++) { // unroll
        let x = ox * STRIDE_X + tx * DILATION_X - PADDING_X;
        if (x < IN_X) {
          let value = poolInput[((sample * IN_Y + y) * IN_X + x) * N4 + c4];
          let isLarger = (value > largest) | isNotNumber(value) | vec4<bool>(isFirst);
          largest = select(largest, value, isLarger);
          tap = select(tap, vec4u(ty * KERNEL_X + tx), isLarger);
          isFirst = false;
        }
      }
    }
  }
  keepTap(((sample * OUT_Y + oy) * OUT_X + ox) * N4 + c4, tap);
  return largest;
}
