// Blocks of A from a matrix stored as A[M,K], row by row.

@group(0) @binding(0) var<storage, read> a: array<vec4f>;

fn rowsA(m4: u32) -> vec4u {
  return (4u * m4 + vec4u(0u, 1u, 2u, 3u)) * K4;
}

fn depthA(k4: u32) -> vec4u {
  return vec4u(k4);
}

fn blockA(rows: vec4u, depth: vec4u) -> mat4x4f {
  let at = rows + depth;
  return mat4x4f(a[at.x], a[at.y], a[at.z], a[at.w]);
}
