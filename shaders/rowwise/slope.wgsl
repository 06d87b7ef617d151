// The gradient that a row op's gradient reads: dy[M,N]. Its padding is zero.

@group(0) @binding(0) var<storage, read> rowSlope: array<vec4f>;

fn slopeAt(row: u32, c4: u32) -> vec4f {
  return rowSlope[row * N4 + c4];
}
