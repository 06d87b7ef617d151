// A layer of tiled/rows, Z_l = H_(l−1) · W_l + b_l, forward and backward, linked once for each layer l > 1.
// A lane computes two rows of one column (vec4) of a share of a sum; then 2 · columns lanes add the shares in order and
// finish an element each (linked: finish, from tiled/hidden or tiled/last). Shares are interleaved: lane s of a column
// has the steps s, s + SLICES, …

override WIDTH4: u32; // vec4 of a row of H_l
override DEPTH: u32; // columns of H_(l−1)
override DEPTH4: u32;
override WEIGHT_AT: u32;
override BIAS_AT: u32;
override HELD_BELOW: u32; // H_(l−1) in workgroup memory
override HELD_HERE: u32;
override SLOPE_BELOW_AT: u32; // dZ_(l−1) in memory
override SLICES: u32;
override TURNS: u32; // ⌈DEPTH4 / SLICES⌉
override BACK_SLICES: u32;
override BACK_TURNS: u32; // ⌈WIDTH4 / BACK_SLICES⌉

fn forward(first: u32, lane: u32) {
  let column4 = lane % WIDTH4;
  let slice = lane / WIDTH4;
  var w: array<vec4f, 4u * TURNS>;
  for (var t = 0u; t < TURNS; t++) { // unroll
    let at = WEIGHT_AT + 4u * min(slice + SLICES * t, DEPTH4 - 1u) * WIDTH4 + column4;
    w[4u * t] = learned[at];
    w[4u * t + 1u] = learned[at + WIDTH4];
    w[4u * t + 2u] = learned[at + 2u * WIDTH4];
    w[4u * t + 3u] = learned[at + 3u * WIDTH4];
  }
  let bias = learned[BIAS_AT + min(lane / 2u, WIDTH4 - 1u)];
  // H of the layer below is complete, and the shares of the layer before are read.
  workgroupBarrier();
  var p = vec4f();
  var q = vec4f();
  for (var t = 0u; t < TURNS; t++) { // unroll
    let k4 = slice + SLICES * t;
    let place = HELD_BELOW + 2u * min(k4, DEPTH4 - 1u);
    let a = select(vec4f(), held[place], k4 < DEPTH4);
    let b = select(vec4f(), held[place + 1u], k4 < DEPTH4);
    p += a.x * w[4u * t];
    p += a.y * w[4u * t + 1u];
    p += a.z * w[4u * t + 2u];
    p += a.w * w[4u * t + 3u];
    q += b.x * w[4u * t];
    q += b.y * w[4u * t + 1u];
    q += b.z * w[4u * t + 2u];
    q += b.w * w[4u * t + 3u];
  }
  if (slice < SLICES) {
    shares[2u * lane] = p;
    shares[2u * lane + 1u] = q;
  }
  workgroupBarrier();
  if (lane < 2u * WIDTH4) {
    var sum = shares[lane];
    for (var s = 1u; s < SLICES; s++) {
      sum += shares[2u * s * WIDTH4 + lane];
    }
    finish(first + lane % 2u, lane / 2u, sum + bias);
  }
}

/// From dZ of this layer to dZ of the layer below.
fn backward(first: u32, lane: u32) {
  let column4 = min(lane / BACK_SLICES, DEPTH4 - 1u);
  let slice = lane % BACK_SLICES;
  var v: array<vec4f, 4u * BACK_TURNS>;
  for (var t = 0u; t < BACK_TURNS; t++) { // unroll
    let at = WEIGHT_AT + 4u * column4 * WIDTH4 + min(slice + BACK_SLICES * t, WIDTH4 - 1u);
    v[4u * t] = learned[at];
    v[4u * t + 1u] = learned[at + WIDTH4];
    v[4u * t + 2u] = learned[at + 2u * WIDTH4];
    v[4u * t + 3u] = learned[at + 3u * WIDTH4];
  }
  // dZ of this layer is complete, and the shares of the layer before are read.
  workgroupBarrier();
  var g: array<vec4f, 4>;
  var h: array<vec4f, 4>;
  for (var t = 0u; t < BACK_TURNS; t++) { // unroll
    let k4 = slice + BACK_SLICES * t;
    let place = HELD_HERE + 2u * min(k4, WIDTH4 - 1u);
    let a = select(vec4f(), held[place], k4 < WIDTH4);
    let b = select(vec4f(), held[place + 1u], k4 < WIDTH4);
    for (var j = 0u; j < 4u; j++) { // unroll
      g[j] += a * v[4u * t + j];
      h[j] += b * v[4u * t + j];
    }
  }
  if (lane < BACK_SLICES * DEPTH4) {
    // Not dot(): the compiler chooses its order of summation.
    let x = transpose(mat4x4f(g[0], g[1], g[2], g[3]));
    let y = transpose(mat4x4f(h[0], h[1], h[2], h[3]));
    shares[2u * (slice * DEPTH4 + column4)] = x[0] + x[1] + x[2] + x[3];
    shares[2u * (slice * DEPTH4 + column4) + 1u] = y[0] + y[1] + y[2] + y[3];
  }
  workgroupBarrier();
  if (lane < 2u * DEPTH4) {
    var sum = shares[lane];
    for (var s = 1u; s < BACK_SLICES; s++) {
      sum += shares[2u * s * DEPTH4 + lane];
    }
    let row = first + lane % 2u;
    let kept = held[HELD_BELOW + lane];
    let slope = activateGradient(masked(sum, maskBelow), undrop(kept));
    let dz = trimTo(DEPTH, slope, row, lane / 2u);
    held[HELD_BELOW + lane] = dz;
    made[SLOPE_BELOW_AT + row * DEPTH4 + lane / 2u] = dz;
  }
}
