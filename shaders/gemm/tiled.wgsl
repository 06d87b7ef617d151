// GEMM, C[M,N] = A[M,K] · B[K,N], through workgroup memory. Links the parts of gemm/gemm, and tileAt().
//
// A workgroup computes a tile of 4·ROWS4 rows × 4·COLUMNS4 columns. It has SLICES groups of LANES_M ×
// LANES_N lanes, and each group has its share of the steps along k. A lane computes TILE_M × TILE_N
// blocks of 4×4 in registers. In each round, a group stages 4·DEPTH4 steps of A and B (EACH blocks of
// 4×4 per lane) and multiplies them. In the end the sums of the groups are added in order.
// Memory: an element of A is loaded once for 4·COLUMNS4 columns, and one of B once for 4·ROWS4 rows.
// Grid: tileAt gives a workgroup its tile. Each layer (z) of the grid computes the product of its share
// of the steps along k; the results are stored one below the other, see gemm/partial_sums.

override LANES_M: u32;
override LANES_N: u32;
override TILE_M: u32;
override TILE_N: u32;
override DEPTH4: u32;
override SLICES: u32;
override SLICE4: u32; // ⌈K4 / (SLICES · layers of the grid)⌉
override STAGED: u32; // vec4 of workgroup memory: the larger of SLICES · STAGE and SLICES · RESULTS
// 1 if neighbouring 4×4 blocks in memory are neighbours along k. Then neighbouring lanes load blocks
// along k, else across it, so that a wave's loads touch few cache lines.
override ALONG_A: u32;
override ALONG_B: u32;

override LANES = LANES_M * LANES_N;
override WORKGROUP = LANES * SLICES;
override ROWS4 = LANES_M * TILE_M;
override COLUMNS4 = LANES_N * TILE_N;
override BLOCKS_A = ROWS4 * DEPTH4;
override EACH = (BLOCKS_A + COLUMNS4 * DEPTH4) / LANES; // divides without remainder
// The stride from one step along k to the next: a row and one vec4, so that the four rows of a block are
// in different banks (NVIDIA, CUDA C++ Best Practices Guide, "Shared Memory and Memory Banks": 32
// banks of 4 bytes; AMD and Intel have banks too). Not measured.
override STRIDE_A = ROWS4 + 1u;
override STRIDE_B = COLUMNS4 + 1u;
override STAGE = 4u * DEPTH4 * (STRIDE_A + STRIDE_B);
override RESULTS = 4u * ROWS4 * COLUMNS4;

/// The stages of all slices; in the end, if there are several slices, their sums.
var<workgroup> staged: array<vec4f, STAGED>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(local_invocation_index) invocation: u32
) {
  let tile = tileAt(id);
  let firstM = tile.y * ROWS4;
  let firstN = tile.x * COLUMNS4;
  let lane = invocation % LANES;
  let slice = invocation / LANES;
  let down = lane / LANES_N;
  let across = lane % LANES_N;
  let begin4 = (id.z * SLICES + slice) * SLICE4;
  let firstRow = 4u * (id.z * M4 + firstM);
  let stageA = slice * STAGE;
  let stageB = stageA + 4u * DEPTH4 * STRIDE_A;

  // Where the blocks that this lane stages start. Beyond the edge, the last block is loaded again.
  var begin: array<vec4u, EACH>;
  for (var t = 0u; t < EACH; t++) { // unroll
    let i = t * LANES + lane;
    let j = i - BLOCKS_A;
    if (i < BLOCKS_A) {
      begin[t] = rowsA(min(firstM + select(i % ROWS4, i / DEPTH4, ALONG_A == 1u), M4 - 1u));
    } else {
      begin[t] = columnsB(min(firstN + select(j % COLUMNS4, j / DEPTH4, ALONG_B == 1u), N4 - 1u));
    }
  }
  var sum: array<vec4f, 4u * TILE_M * TILE_N>;
  for (var first = 0u; first < SLICE4; first += DEPTH4) {
    for (var t = 0u; t < EACH; t++) { // unroll
      let i = t * LANES + lane;
      let j = i - BLOCKS_A;
      let isA = i < BLOCKS_A;
      let alongA = select(i / ROWS4, i % DEPTH4, ALONG_A == 1u);
      let alongB = select(j / COLUMNS4, j % DEPTH4, ALONG_B == 1u);
      let along = select(alongB, alongA, isA);
      let k4 = begin4 + first + along;
      // Beyond the end both factors are 0, so the sums do not change.
      let inside = first + along < SLICE4 && k4 < K4;
      var rows = mat4x4f();
      if (inside && isA) {
        rows = transpose(blockA(begin[t], depthA(k4)));
      } else if (inside) {
        rows = blockB(begin[t], depthB(k4));
      }
      let toA = stageA + 4u * along * STRIDE_A + select(i % ROWS4, i / DEPTH4, ALONG_A == 1u);
      let toB = stageB + 4u * along * STRIDE_B + select(j % COLUMNS4, j / DEPTH4, ALONG_B == 1u);
      let to = select(toB, toA, isA);
      let stride = select(STRIDE_B, STRIDE_A, isA);
      staged[to] = rows[0];
      staged[to + stride] = rows[1];
      staged[to + 2u * stride] = rows[2];
      staged[to + 3u * stride] = rows[3];
    }
    workgroupBarrier();
    for (var k = 0u; k < 4u * DEPTH4; k++) {
      var b: array<vec4f, TILE_N>;
      for (var j = 0u; j < TILE_N; j++) { // unroll
        b[j] = staged[stageB + k * STRIDE_B + j * LANES_N + across];
      }
      for (var i = 0u; i < TILE_M; i++) { // unroll
        let a = staged[stageA + k * STRIDE_A + i * LANES_M + down];
        for (var r = 0u; r < 4u; r++) { // unroll
          for (var j = 0u; j < TILE_N; j++) { // unroll
            sum[(4u * i + r) * TILE_N + j] += a[r] * b[j];
          }
        }
      }
    }
    workgroupBarrier();
  }
  // A copy, because `sum` could not stay in registers if variables indexed it.
  var result = sum;
  if (SLICES == 1u) {
    beginStore();
    for (var i = 0u; i < 4u * TILE_M; i++) {
      for (var j = 0u; j < TILE_N; j++) {
        let m4 = (i / 4u) * LANES_M + down;
        let n4 = firstN + j * LANES_N + across;
        if (firstM + m4 < M4 && n4 < N4) {
          store(firstRow + 4u * m4 + i % 4u, n4, result[i * TILE_N + j]);
        }
      }
    }
    return;
  }
  for (var i = 0u; i < 4u * TILE_M; i++) {
    for (var j = 0u; j < TILE_N; j++) {
      let row = 4u * ((i / 4u) * LANES_M + down) + i % 4u;
      staged[slice * RESULTS + row * COLUMNS4 + j * LANES_N + across] = result[i * TILE_N + j];
    }
  }
  workgroupBarrier();
  beginStore();
  for (var i = invocation; i < RESULTS; i += WORKGROUP) {
    var value = staged[i];
    for (var s = 1u; s < SLICES; s++) {
      value += staged[s * RESULTS + i];
    }
    let row = i / COLUMNS4;
    let n4 = firstN + i % COLUMNS4;
    if (4u * firstM + row < 4u * M4 && n4 < N4) {
      store(firstRow + row, n4, value);
    }
  }
}
