// dx of a maximum: the sum of poolSlope[images · OUT_Y · OUT_X, N] of the windows whose maximum is this pixel, in the order
// of the windows. Each pixel gathers from the windows around it, so sums have one order and need no atomics.

@group(0) @binding(0) var<storage, read> poolSlope: array<vec4f>;
@group(0) @binding(1) var<storage, read> poolTaken: array<vec4u>;

fn pixelAt(sample: u32, ownY: u32, ownX: u32, c4: u32) -> vec4f {
  let y = ownY + PADDING_Y;
  let x = ownX + PADDING_X;
  var sum = vec4f();
  for (var oy = firstWindow(y, SPAN_Y, STRIDE_Y); oy < min(y / STRIDE_Y + 1u, OUT_Y); oy++) {
    let below = y - oy * STRIDE_Y;
    for (var ox = firstWindow(x, SPAN_X, STRIDE_X); ox < min(x / STRIDE_X + 1u, OUT_X); ox++) {
      let right = x - ox * STRIDE_X;
      if (below % DILATION_Y == 0u && right % DILATION_X == 0u) {
        let i = ((sample * OUT_Y + oy) * OUT_X + ox) * N4 + c4;
        let tap = below / DILATION_Y * KERNEL_X + right / DILATION_X;
        sum += select(vec4f(), poolSlope[i], poolTaken[i] == vec4u(tap));
      }
    }
  }
  return sum;
}
