// GEMM, C[M,N] = A[M,K] · B[K,N], for subgroups of four lanes ("quads"), where loads are expensive
// and swaps between lanes cheap. Exchanges along m. Links the same parts as gemm/gemm.
//
// A quad computes 16·TILE_M rows × 16·TILE_N columns; each lane has a quarter of the columns and loads
// a quarter of A's rows. In turn t, lane l multiplies the rows that lane l ^ t loaded. Unlike
// gemm/quad_depth it has more rows per quad, and k need not be a multiple of 16. It suits products with
// few steps along k and many rows, such as weight gradients.
// Grid: x covers 4·⌈N4 / (4·TILE_N)⌉ invocations, WORKGROUP_X a multiple of 4; y is
// ⌈M4 / (4·TILE_M)⌉; z is as for gemm/gemm.

enable subgroups;

override TILE_M: u32;
override TILE_N: u32;
override WORKGROUP_X: u32;

@compute @workgroup_size(WORKGROUP_X)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) group: vec3u,
  @builtin(subgroup_invocation_id) invocation: u32
) {
  let lane = invocation & 3u;
  let firstM = id.y * 4u * TILE_M;
  let firstN = (id.x >> 2u) * 4u * TILE_N + lane;
  // No lane may return before the swaps: beyond the edge, lanes compute the last block again.
  var rows: array<vec4u, TILE_M>;
  for (var i = 0u; i < TILE_M; i++) { // unroll
    rows[i] = rowsA(min(firstM + 4u * i + lane, M4 - 1u));
  }
  var columns: array<vec4u, TILE_N>;
  for (var j = 0u; j < TILE_N; j++) { // unroll
    columns[j] = columnsB(min(firstN + 4u * j, N4 - 1u));
  }
  var sum: array<f32, 64u * TILE_M * TILE_N>;
  let share = shareOf(group.z);
  for (var k4 = share.x; k4 < share.y; k4++) {
    let alongA = depthA(k4);
    let alongB = depthB(k4);
    var b: array<mat4x4f, TILE_N>;
    for (var j = 0u; j < TILE_N; j++) { // unroll
      b[j] = blockB(columns[j], alongB);
    }
    for (var i = 0u; i < TILE_M; i++) { // unroll
      let held = blockA(rows[i], alongA);
      var a: array<mat4x4f, 4>;
      a[0] = held;
      a[1] = acrossX(held);
      a[2] = acrossY(held);
      a[3] = acrossDiagonal(held);
      for (var t = 0u; t < 4u; t++) { // unroll
        for (var r = 0u; r < 4u; r++) { // unroll
          for (var j = 0u; j < TILE_N; j++) { // unroll
            for (var e = 0u; e < 4u; e++) { // unroll
              for (var c = 0u; c < 4u; c++) { // unroll
                sum[((16u * i + 4u * t + r) * TILE_N + j) * 4u + e] += a[t][r][c] * b[j][c][e];
              }
            }
          }
        }
      }
    }
  }
  beginStore();
  // A copy, because `sum` could not stay in registers if variables indexed it. One loop instead of
  // nested ones: on SwiftShader each level of nesting costs time.
  var result: array<vec4f, 16u * TILE_M * TILE_N>;
  for (var s = 0u; s < 16u * TILE_M * TILE_N; s++) { // unroll
    result[s] = vec4f(sum[4u * s], sum[4u * s + 1u], sum[4u * s + 2u], sum[4u * s + 3u]);
  }
  for (var s = 0u; s < 16u * TILE_M * TILE_N; s++) {
    let i = s / TILE_N;
    let m4 = firstM + (i / 16u) * 4u + (lane ^ ((i / 4u) % 4u));
    let n4 = firstN + 4u * (s % TILE_N);
    if (m4 < M4 && n4 < N4) {
      store(share.z + 4u * m4 + i % 4u, n4, result[s]);
    }
  }
}
