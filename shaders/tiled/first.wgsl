// The first layer of a network, H_1 = dropout(activation(X · W_1 + b_1)), X the batch's images [BATCH, 4·DEPTH4].
// A workgroup computes a tile of 8 rows × 16 columns, eight blocks of 4×4, by 32 lanes for each block, which divide the
// steps along k among them: lane s of a block has the blocks s, s + 32, … of k. So a small batch fills many cores. Lanes load
// straight into registers, a turn ahead: neighbouring lanes read neighbouring bytes of an image, and the same weights.
// In the end 32 lanes add the slices of an element (vec4) each in order, in two rounds.
// Grid: ⌈COLUMNS4 / 4⌉ × ⌈BATCH_ROWS / 8⌉.

override DEPTH4: u32;
override COLUMNS: u32;
override COLUMNS4 = (COLUMNS + 3u) / 4u;
override TURNS = (DEPTH4 + 31u) / 32u;

@group(0) @binding(0) var<storage, read> learned: array<vec4f>; // W_1, and from BIAS4 on b_1
@group(0) @binding(1) var<storage, read_write> hidden: array<vec4f>;

override BIAS4: u32;

/// Row r and column (vec4) c of the tile: slice s at 32·s + 4·r + c.
var<workgroup> shares: array<vec4f, 1024>;

/// Four rows of images from the place of each, in one column (vec4).
fn imagesAt(images: vec4u, k4: u32) -> mat4x4f {
  let at = images + vec4u(k4);
  return mat4x4f(
    trimFeatures(featuresAt(at.x), k4),
    trimFeatures(featuresAt(at.y), k4),
    trimFeatures(featuresAt(at.z), k4),
    trimFeatures(featuresAt(at.w), k4)
  );
}

/// Four rows of the weights.
fn weightsAt(k4: u32, column4: u32) -> mat4x4f {
  let at = 4u * k4 * COLUMNS4 + column4;
  return mat4x4f(
    learned[at],
    learned[at + COLUMNS4],
    learned[at + 2u * COLUMNS4],
    learned[at + 3u * COLUMNS4]
  );
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let slice = lane % 32u;
  let down = lane / 128u;
  let across = lane / 32u % 4u;
  // Beyond the edges, the last block is read again, and its sums are not used.
  let row4 = min(2u * id.y + down, BATCH_ROWS / 4u - 1u);
  let column4 = min(4u * id.x + across, COLUMNS4 - 1u);
  let images = indices[row4] * DEPTH4;
  var nextB = weightsAt(min(slice, DEPTH4 - 1u), column4);
  var nextA = imagesAt(images, min(slice, DEPTH4 - 1u));
  // What the finishing lanes need.
  let row = 8u * id.y + lane / 4u;
  let place4 = 4u * id.x + lane % 4u;
  let finishes = lane < 32u && row < BATCH_ROWS && place4 < COLUMNS4;
  let bias = learned[BIAS4 + min(place4, COLUMNS4 - 1u)];
  beginDrop();
  var sum: mat4x4f;
  for (var turn = 0u; turn < TURNS; turn++) {
    let a = nextA;
    let b = nextB;
    let k4 = slice + 32u * turn;
    let next = min(k4 + 32u, DEPTH4 - 1u);
    nextB = weightsAt(next, column4);
    nextA = imagesAt(images, next);
    if (k4 < DEPTH4) {
      for (var r = 0u; r < 4u; r++) { // unroll
        sum[r] += a[r][0] * b[0];
        sum[r] += a[r][1] * b[1];
        sum[r] += a[r][2] * b[2];
        sum[r] += a[r][3] * b[3];
      }
    }
  }
  let to = 32u * slice + 16u * down + across;
  for (var r = 0u; r < 4u; r++) { // unroll
    shares[to + 4u * r] = sum[r];
  }
  workgroupBarrier();
  // Four slices each; then the first 32 lanes add eight of these sums.
  let from4 = 128u * (lane / 32u) + lane % 32u;
  let four = shares[from4] + shares[from4 + 32u] + shares[from4 + 64u] + shares[from4 + 96u];
  workgroupBarrier();
  shares[lane] = four;
  workgroupBarrier();
  if (finishes) {
    var z = four;
    for (var s = 1u; s < 8u; s++) {
      z += shares[32u * s + lane];
    }
    let i = row * COLUMNS4 + place4;
    let column = vec4u(4u * place4) + vec4u(0u, 1u, 2u, 3u);
    let h = drop(activate(z + bias), i);
    hidden[i] = select(vec4f(), select(vec4f(), h, column < vec4u(COLUMNS)), row < BATCH);
  }
}
