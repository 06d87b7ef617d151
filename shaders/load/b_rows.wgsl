// Blocks of B from a matrix stored as B[K,N], row by row.

@group(0) @binding(0) var<storage, read> b: array<vec4f>;

fn columnsB(n4: u32) -> vec4u {
  return vec4u(n4);
}

fn depthB(k4: u32) -> vec4u {
  return (4u * k4 + vec4u(0u, 1u, 2u, 3u)) * N4;
}

fn blockB(columns: vec4u, depth: vec4u) -> mat4x4f {
  let at = columns + depth;
  return mat4x4f(b[at.x], b[at.y], b[at.z], b[at.w]);
}
