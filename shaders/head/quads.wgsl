// Entry point of head/head for subgroups of four lanes, where loads are expensive and swaps between
// lanes cheap: each lane loads one of four rows of W. The sums have the same order as in head/rows.
// A workgroup is one quad, and BATCH_ROWS is a multiple of 4, so every lane has a row.

enable subgroups;

var<private> quadLane: u32;

@compute @workgroup_size(4)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(subgroup_invocation_id) invocation: u32
) {
  quadLane = invocation & 3u;
  headOfRow(id.x);
}

/// W[4·n4 … 4·n4 + 3, 4·c4 … 4·c4 + 3], by rows, as the lanes loaded them.
fn weightRows(n4: u32, c4: u32) -> mat4x4f {
  let own = weights[(4u * n4 + quadLane) * CLASS4_COUNT + c4];
  let odd = (quadLane & 1u) == 1u;
  let across = quadSwapX(own);
  let even = select(own, across, odd);
  let next = select(across, own, odd);
  let upper = quadLane >= 2u;
  let evenAcross = quadSwapY(even);
  let nextAcross = quadSwapY(next);
  return mat4x4f(
    select(even, evenAcross, upper),
    select(next, nextAcross, upper),
    select(evenAcross, even, upper),
    select(nextAcross, next, upper)
  );
}

/// logits += hidden · W[4·n4 … 4·n4 + 3, :]
fn addToLogits(hidden: vec4f, n4: u32) {
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) { // unroll
    let rows = weightRows(n4, c4);
    for (var r = 0u; r < 4u; r++) { // unroll
      logits[c4] += hidden[r] * rows[r];
    }
  }
}

/// slope · W[4·n4 … 4·n4 + 3, :]ᵀ
fn slopeThrough(n4: u32) -> vec4f {
  var value = vec4f();
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) { // unroll
    value += slope[c4] * weightRows(n4, c4);
  }
  return value;
}
