// The weight gradients and optimizer steps of all layers:
//   [W_l; b_l]′ [M, N] = [H_(l−1) | 1]ᵀ [M, K] · dZ_l [K, N],   K the batch, N = WIDTH_l
// with M − 1 the width of layer l − 1 padded to a multiple of 4. Workgroups are numbered layer by layer, and within a
// layer by rows of tiles, behind TICKS workgroups that do something else (linked: closing). A tile has 8×8 blocks of
// 4×4. A workgroup has SLICES groups of 64 lanes, a lane for each block, which divide the steps along k among them:
// slice s has the blocks s, s + SLICES, … of the batch. In the end each lane adds the slices of its elements in order.
// Both factors are stored by rows of the batch, so a lane reads them straight into registers, a turn ahead: neighbouring
// lanes read the same cache lines. H_0 is the batch's images, gathered through indices, which are read first.

override K: u32;
override K4 = (K + 3u) / 4u;
override TILES_1: u32; // tiles of layers 1 … l
override TILES_2: u32;
override TILES_3: u32;
override SLICES: u32;
override TURNS = (K4 + SLICES - 1u) / SLICES;
override WORKGROUP = 64u * SLICES;

@group(0) @binding(0) var<storage, read> stored: array<vec4u>; // H_l, dZ_l, and the rows' losses and hits, as bits

/// First the indices of the batch, then the slices' sums as bits.
var<workgroup> shares: array<vec4u, 1024>;

var<private> updated: u32; // the layer of this workgroup
var<private> M4: u32;
var<private> N4: u32;

fn storedAt(i: u32) -> vec4f {
  return bitcast<vec4f>(stored[i]);
}

/// Four rows of the batch from row 4·k4, in one column (vec4) of [H_(l−1) | 1].
fn inputsAt(k4: u32, m4: u32) -> mat4x4f {
  let column4 = min(m4, M4 - 2u);
  var h: mat4x4f;
  if (updated == 1u) {
    let at = shares[k4] * (M4 - 1u) + column4;
    h = mat4x4f(
      trimFeatures(featuresAt(at.x), column4),
      trimFeatures(featuresAt(at.y), column4),
      trimFeatures(featuresAt(at.z), column4),
      trimFeatures(featuresAt(at.w), column4)
    );
  } else {
    let at = hiddenAt(updated - 1u) + 4u * k4 * (M4 - 1u) + column4;
    h = mat4x4f(
      storedAt(at),
      storedAt(at + M4 - 1u),
      storedAt(at + 2u * (M4 - 1u)),
      storedAt(at + 3u * (M4 - 1u))
    );
  }
  if (m4 == M4 - 1u) {
    return mat4x4f(vec4f(1.0), vec4f(1.0), vec4f(1.0), vec4f(1.0));
  }
  return h;
}

fn slopesAt(k4: u32, n4: u32) -> mat4x4f {
  let at = slopeAt(updated) + 4u * k4 * N4 + n4;
  return mat4x4f(storedAt(at), storedAt(at + N4), storedAt(at + 2u * N4), storedAt(at + 3u * N4));
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (id.x < TICKS) {
    closing(lane);
    return;
  }
  let group = id.x - TICKS;
  let ends = vec4u(TILES_1, TILES_2, TILES_3, 0xffffffffu);
  updated = 1u + u32(group >= ends.x) + u32(group >= ends.y) + u32(group >= ends.z);
  M4 = width4Of(updated - 1u) + 1u;
  N4 = width4Of(updated);
  let tile = group - vec4u(0u, ends.xyz)[updated - 1u];
  let across = (N4 + 7u) / 8u;
  let firstM = 8u * (tile / across);
  let firstN = 8u * (tile % across);
  for (var i = lane; i < K4; i += WORKGROUP) {
    shares[i] = indices[i];
  }
  beginOptimize();
  // Beyond the edges, the last block is read again, and its sums are not used.
  let m4 = min(firstM + (lane % 64u) / 8u, M4 - 1u);
  let n4 = min(firstN + lane % 8u, N4 - 1u);
  let slice = lane / 64u;
  var nextB = slopesAt(min(slice, K4 - 1u), n4);
  workgroupBarrier();
  var nextA = inputsAt(min(slice, K4 - 1u), m4);
  var sum: mat4x4f;
  for (var turn = 0u; turn < TURNS; turn++) {
    let a = nextA;
    let b = nextB;
    let k4 = slice + SLICES * turn;
    let next = min(k4 + SLICES, K4 - 1u);
    nextB = slopesAt(next, n4);
    nextA = inputsAt(next, m4);
    if (k4 < K4) {
      for (var r = 0u; r < 4u; r++) { // unroll
        sum[r] += a[0][r] * b[0];
        sum[r] += a[1][r] * b[1];
        sum[r] += a[2][r] * b[2];
        sum[r] += a[3][r] * b[3];
      }
    }
  }
  // The indices are read.
  workgroupBarrier();
  let to = 256u * slice + 32u * ((lane % 64u) / 8u) + lane % 8u;
  for (var r = 0u; r < 4u; r++) { // unroll
    shares[to + 8u * r] = bitcast<vec4u>(sum[r]);
  }
  workgroupBarrier();
  for (var i = lane; i < 256u; i += WORKGROUP) {
    var value = bitcast<vec4f>(shares[i]);
    for (var s = 1u; s < SLICES; s++) {
      value += bitcast<vec4f>(shares[256u * s + i]);
    }
    let row = 4u * firstM + i / 8u;
    let column4 = firstN + i % 8u;
    let bias = 4u * (M4 - 1u);
    if (row <= bias && column4 < N4) {
      optimize(select(weightAt(updated) + row * N4 + column4, biasOf(updated) + column4, row == bias), value);
    }
  }
}
