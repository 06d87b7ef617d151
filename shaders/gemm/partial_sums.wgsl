// The second pass of a product whose steps along k were divided among PARTS grid layers of gemm/tiled:
//   C = Σ_p partials[p],  partials[PARTS, M, N], one below the other,
// added in the order of p. Then the linked epilogue: store(row, n4, C[row, 4·n4 … 4·n4 + 3]).
// Grid: x covers N4 invocations, y the rows, padded to a multiple of 4.

override PARTS: u32;

@group(0) @binding(0) var<storage, read> partials: array<vec4f>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.y >= 4u * M4 || id.x >= N4) {
    return;
  }
  let i = id.y * N4 + id.x;
  var sum = partials[i];
  for (var p = 1u; p < PARTS; p++) {
    sum += partials[4u * p * M4 * N4 + i];
  }
  beginStore();
  store(id.y, id.x, sum);
}
