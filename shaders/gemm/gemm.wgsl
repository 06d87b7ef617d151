// GEMM, C[M,N] = A[M,K] · B[K,N]: portable (no workgroup memory, no subgroups, default limits).
//
// An invocation computes 4·TILE_M rows × 4·TILE_N columns of C in registers, from 4×4 blocks of A and
// B. Linked functions load the blocks (from a matrix, its transpose, or bytes of images) and store the
// finished rows of four:
//   rowsA(m4), columnsB(n4)     where a block starts; called once, before the loop over k
//   depthA(k4), depthB(k4)      called once for each k4
//   blockA(rows, depth)[r][c]    = A[4·m4 + r, 4·k4 + c]
//   blockB(columns, depth)[c][e] = B[4·k4 + c, 4·n4 + e]
//   beginStore()                 before the first store: reads what all stores need
//   store(row, n4, C[row, 4·n4 … 4·n4 + 3])
//   shareOf(z)                   of a layer of the grid: the first step along k4, the end, and where its rows are stored
// Grid: x covers ⌈N4 / TILE_N⌉ invocations, y covers ⌈M4 / TILE_M⌉; z is 1, or see gemm/parts.

override TILE_M: u32;
override TILE_N: u32;
override WORKGROUP_X: u32;
override WORKGROUP_Y: u32;

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let firstM = id.y * TILE_M;
  let firstN = id.x * TILE_N;
  if (firstM >= M4 || firstN >= N4) {
    return;
  }
  // Beyond the edge, a tile computes its last block again and does not store it.
  var rows: array<vec4u, TILE_M>;
  for (var i = 0u; i < TILE_M; i++) { // unroll
    rows[i] = rowsA(min(firstM + i, M4 - 1u));
  }
  var columns: array<vec4u, TILE_N>;
  for (var j = 0u; j < TILE_N; j++) { // unroll
    columns[j] = columnsB(min(firstN + j, N4 - 1u));
  }
  var sum: array<f32, 16u * TILE_M * TILE_N>;
  let share = shareOf(id.z);
  for (var k4 = share.x; k4 < share.y; k4++) {
    let alongA = depthA(k4);
    let alongB = depthB(k4);
    var b: array<mat4x4f, TILE_N>;
    for (var j = 0u; j < TILE_N; j++) { // unroll
      b[j] = blockB(columns[j], alongB);
    }
    for (var i = 0u; i < TILE_M; i++) { // unroll
      let a = blockA(rows[i], alongA);
      for (var r = 0u; r < 4u; r++) { // unroll
        for (var j = 0u; j < TILE_N; j++) { // unroll
          for (var e = 0u; e < 4u; e++) { // unroll
            for (var c = 0u; c < 4u; c++) { // unroll
              sum[((4u * i + r) * TILE_N + j) * 4u + e] += a[r][c] * b[j][c][e];
            }
          }
        }
      }
    }
  }
  beginStore();
  // A copy, because `sum` could not stay in registers if variables indexed it. One loop instead of
  // nested ones: on SwiftShader each level of nesting costs time.
  var result: array<vec4f, 4u * TILE_M * TILE_N>;
  for (var s = 0u; s < 4u * TILE_M * TILE_N; s++) { // unroll
    result[s] = vec4f(sum[4u * s], sum[4u * s + 1u], sum[4u * s + 2u], sum[4u * s + 3u]);
  }
  for (var s = 0u; s < 4u * TILE_M * TILE_N; s++) {
    let row = 4u * firstM + s / TILE_N;
    let n4 = firstN + s % TILE_N;
    if (row < 4u * M4 && n4 < N4) {
      store(share.z + row, n4, result[s]);
    }
  }
}
