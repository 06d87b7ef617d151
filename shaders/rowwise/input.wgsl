// What a row op reads: x[M,N]. Its padding is zero.

@group(0) @binding(0) var<storage, read> rowInput: array<vec4f>;

fn inputAt(row: u32, c4: u32) -> vec4f {
  return rowInput[row * N4 + c4];
}

/// Which of the elements 4·c4 … are columns, and not padding.
fn isColumn(c4: u32) -> vec4<bool> {
  return vec4u(4u * c4) + vec4u(0u, 1u, 2u, 3u) < vec4u(N);
}

fn sumOf(x: vec4f) -> f32 {
  return x.x + x.y + x.z + x.w;
}
