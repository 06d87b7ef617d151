// For pool/spread: poolSlope[images · OUT_Y · OUT_X, N] / count goes to each tap of an average.

@group(0) @binding(0) var<storage, read> poolSlope: array<vec4f>;

var<private> windowSlope: vec4f;

fn beginWindow(sample: u32, oy: u32, ox: u32, c4: u32) {
  windowSlope = poolSlope[((sample * OUT_Y + oy) * OUT_X + ox) * N4 + c4] / poolCount(oy, ox);
}

fn slopeOf(tap: u32) -> vec4f {
  return windowSlope;
}
