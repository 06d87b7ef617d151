// GEMM, C[M,N] = A[M,K] · B[K,N], through workgroup memory. Links the parts of gemm/gemm, tileAt(), and how operands are
// staged: gemm/floats or gemm/halves.
//
// A workgroup computes a tile of 4·ROWS4 rows × 4·COLUMNS4 columns. It has SLICES groups of LANES_M ×
// LANES_N lanes, and each group has its share of the steps along k. A lane computes TILE_M × TILE_N
// blocks of 4×4 in registers. In each round, a group stages 4·DEPTH4 steps of A and B (EACH_A and EACH_B
// blocks of 4×4 per lane) and multiplies them; meanwhile the blocks of the next round are on their way
// into registers. In the end the sums of the groups are added in order.
// Memory: an element of A is loaded once for 4·COLUMNS4 columns, and one of B once for 4·ROWS4 rows.
// Grid: tileAt gives a workgroup its tile. Each layer (z) of the grid computes the product of its share
// of the steps along k; the results are stored one below the other, see gemm/partial_sums.
//
// The bounds of the loops along k are constants and their steps 1: other loops get a counter from Tint, and
// drivers do not unroll them.

override LANES_M: u32;
override LANES_N: u32;
override TILE_M: u32;
override TILE_N: u32;
override DEPTH4: u32;
override SLICES: u32;
override SLICE4: u32; // ⌈K4 / (SLICES · layers of the grid)⌉
override SHARE4: u32; // blocks along k that are summed before their sum is added to the others; at most SLICE4
override EVEN: u32; // 1 if K4 = SLICES · layers · ROUNDS · DEPTH4, so that no round goes beyond the end
override PAD: u32;
override STAGED: u32; // elements of workgroup memory: enough for SLICES · STAGE of them, and for SLICES · RESULTS sums
// 1 if neighbouring 4×4 blocks in memory are neighbours along k. Then neighbouring lanes load blocks
// along k, else across it, so that a wave's loads touch few cache lines.
override ALONG_A: u32;
override ALONG_B: u32;

override LANES = LANES_M * LANES_N;
override WORKGROUP = LANES * SLICES;
override ROWS4 = LANES_M * TILE_M;
override COLUMNS4 = LANES_N * TILE_N;
override BLOCKS_A = ROWS4 * DEPTH4;
override BLOCKS_B = COLUMNS4 * DEPTH4;
override SUMS = 4u * TILE_M * TILE_N;
override EACH_A = (BLOCKS_A + LANES - 1u) / LANES;
override EACH_B = (BLOCKS_B + LANES - 1u) / LANES;
override ROUNDS = (SLICE4 + DEPTH4 - 1u) / DEPTH4;
// The stride from one step along k to the next: a row and PAD, which is 1 if there is memory for it. Then the
// four rows of a block are in different banks (NVIDIA, CUDA C++ Best Practices Guide, "Shared Memory and
// Memory Banks": 32 banks of 4 bytes; AMD and Intel have banks too).
override STRIDE_A = ROWS4 + PAD;
override STRIDE_B = COLUMNS4 + PAD;
override STAGE = 4u * DEPTH4 * (STRIDE_A + STRIDE_B);
override RESULTS = 4u * ROWS4 * COLUMNS4;

/// The stages of all slices; in the end, if there are several slices, their sums.
var<workgroup> staged: array<Staged, STAGED>;

/// Whether the share of the steps that begins at begin4 has a step `along`. Beyond the end both factors are 0, so
/// the sums do not change.
fn isStep(begin4: u32, along: u32) -> bool {
  return EVEN == 1u || (along < SLICE4 && begin4 + along < K4);
}

/// A block of A, step by step.
fn stepsA(start: vec4u, begin4: u32, along: u32) -> mat4x4f {
  if (!isStep(begin4, along)) {
    return mat4x4f();
  }
  return transpose(blockA(start, depthA(begin4 + along)));
}

fn stepsB(start: vec4u, begin4: u32, along: u32) -> mat4x4f {
  if (!isStep(begin4, along)) {
    return mat4x4f();
  }
  return blockB(start, depthB(begin4 + along));
}

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

  // Where the blocks that this lane stages start and go, and those of the first round. Beyond the edge, the last block is
  // loaded again.
  var rows: array<vec4u, EACH_A>;
  var columns: array<vec4u, EACH_B>;
  var alongA: array<u32, EACH_A>;
  var alongB: array<u32, EACH_B>;
  var toA: array<u32, EACH_A>;
  var toB: array<u32, EACH_B>;
  var blocksA: array<mat4x4f, EACH_A>;
  var blocksB: array<mat4x4f, EACH_B>;
  for (var t = 0u; t < EACH_A; t++) { // unroll
    let ownA = t * LANES + lane;
    let acrossA = select(ownA % ROWS4, ownA / DEPTH4, ALONG_A == 1u);
    alongA[t] = select(ownA / ROWS4, ownA % DEPTH4, ALONG_A == 1u);
    toA[t] = stageA + 4u * alongA[t] * STRIDE_A + acrossA;
    rows[t] = rowsA(min(firstM + acrossA, M4 - 1u));
    if (BLOCKS_A % LANES == 0u || ownA < BLOCKS_A) {
      blocksA[t] = stepsA(rows[t], begin4, alongA[t]);
    }
  }
  for (var t = 0u; t < EACH_B; t++) { // unroll
    let ownB = t * LANES + lane;
    let acrossB = select(ownB % COLUMNS4, ownB / DEPTH4, ALONG_B == 1u);
    alongB[t] = select(ownB / COLUMNS4, ownB % DEPTH4, ALONG_B == 1u);
    toB[t] = stageB + 4u * alongB[t] * STRIDE_B + acrossB;
    columns[t] = columnsB(min(firstN + acrossB, N4 - 1u));
    if (BLOCKS_B % LANES == 0u || ownB < BLOCKS_B) {
      blocksB[t] = stepsB(columns[t], begin4, alongB[t]);
    }
  }
  var sum: array<vec4f, SUMS>;
  var total: array<vec4f, SUMS>;
  for (var round = 0u; round < ROUNDS; round++) {
    for (var t = 0u; t < EACH_A; t++) { // unroll
      if (BLOCKS_A % LANES == 0u || t * LANES + lane < BLOCKS_A) {
        staged[toA[t]] = stagedA(blocksA[t][0]);
        staged[toA[t] + STRIDE_A] = stagedA(blocksA[t][1]);
        staged[toA[t] + 2u * STRIDE_A] = stagedA(blocksA[t][2]);
        staged[toA[t] + 3u * STRIDE_A] = stagedA(blocksA[t][3]);
      }
    }
    for (var t = 0u; t < EACH_B; t++) { // unroll
      if (BLOCKS_B % LANES == 0u || t * LANES + lane < BLOCKS_B) {
        staged[toB[t]] = stagedB(blocksB[t][0]);
        staged[toB[t] + STRIDE_B] = stagedB(blocksB[t][1]);
        staged[toB[t] + 2u * STRIDE_B] = stagedB(blocksB[t][2]);
        staged[toB[t] + 3u * STRIDE_B] = stagedB(blocksB[t][3]);
      }
    }
    workgroupBarrier();
    let next = round + 1u;
    if (next < ROUNDS) {
      for (var t = 0u; t < EACH_A; t++) { // unroll
        if (BLOCKS_A % LANES == 0u || t * LANES + lane < BLOCKS_A) {
          blocksA[t] = stepsA(rows[t], begin4, next * DEPTH4 + alongA[t]);
        }
      }
      for (var t = 0u; t < EACH_B; t++) { // unroll
        if (BLOCKS_B % LANES == 0u || t * LANES + lane < BLOCKS_B) {
          blocksB[t] = stepsB(columns[t], begin4, next * DEPTH4 + alongB[t]);
        }
      }
    }
    for (var d = 0u; d < DEPTH4; d++) {
      for (var k = 0u; k < 4u; k++) {
        var four: array<vec4f, TILE_N>;
        for (var j = 0u; j < TILE_N; j++) { // unroll
          four[j] = operand(staged[stageB + (4u * d + k) * STRIDE_B + j * LANES_N + across]);
        }
        for (var i = 0u; i < TILE_M; i++) { // unroll
          let each = operand(staged[stageA + (4u * d + k) * STRIDE_A + i * LANES_M + down]);
          for (var r = 0u; r < 4u; r++) { // unroll
            for (var j = 0u; j < TILE_N; j++) { // unroll
              sum[(4u * i + r) * TILE_N + j] += each[r] * four[j];
            }
          }
        }
      }
      if (SHARE4 < SLICE4 && (round * DEPTH4 + d + 1u) % SHARE4 == 0u) {
        for (var s = 0u; s < SUMS; s++) { // unroll
          total[s] += sum[s];
          sum[s] = vec4f();
        }
      }
    }
    workgroupBarrier();
  }
  for (var s = 0u; s < SUMS; s++) { // unroll
    total[s] += sum[s];
  }
  // A copy, because `total` could not stay in registers if variables indexed it.
  var result = total;
  if (SLICES == 1u) {
    beginStore();
    for (var i = 0u; i < 4u * TILE_M; i++) {
      for (var j = 0u; j < TILE_N; j++) {
        let m4 = (i / 4u) * LANES_M + down;
        let n4 = firstN + j * LANES_N + across;
        if (firstM + m4 < M4 && n4 < N4) {
          store(firstRow + 4u * m4 + i % 4u, n4, unscaled(result[i * TILE_N + j]));
        }
      }
    }
    return;
  }
  for (var i = 0u; i < 4u * TILE_M; i++) {
    for (var j = 0u; j < TILE_N; j++) {
      let row = 4u * ((i / 4u) * LANES_M + down) + i % 4u;
      stageSum(slice * RESULTS + row * COLUMNS4 + j * LANES_N + across, result[i * TILE_N + j]);
    }
  }
  workgroupBarrier();
  beginStore();
  for (var i = invocation; i < RESULTS; i += WORKGROUP) {
    var value = stagedSum(i);
    for (var s = 1u; s < SLICES; s++) {
      value += stagedSum(s * RESULTS + i);
    }
    let row = i / COLUMNS4;
    let n4 = firstN + i % COLUMNS4;
    if (4u * firstM + row < 4u * M4 && n4 < N4) {
      store(firstRow + row, n4, unscaled(value));
    }
  }
}
