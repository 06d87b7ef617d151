// For pool/spread: poolSlope[images · OUT_Y · OUT_X, N] goes to the tap that was the maximum.

@group(0) @binding(0) var<storage, read> poolSlope: array<vec4f>;
@group(0) @binding(1) var<storage, read> poolTaken: array<vec4u>;

var<private> windowSlope: vec4f;
var<private> windowTap: vec4u;

fn beginWindow(sample: u32, oy: u32, ox: u32, c4: u32) {
  let i = ((sample * OUT_Y + oy) * OUT_X + ox) * N4 + c4;
  windowSlope = poolSlope[i];
  windowTap = poolTaken[i];
}

fn slopeOf(tap: u32) -> vec4f {
  return select(vec4f(), windowSlope, windowTap == vec4u(tap));
}
