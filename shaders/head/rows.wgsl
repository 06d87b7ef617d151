// Entry point of head/head for cheap loads: each invocation loads all of W.

override HEAD_GROUP: u32;

@compute @workgroup_size(HEAD_GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < BATCH_ROWS) {
    headOfRow(id.x);
  }
}

/// logits += hidden · W[4·n4 … 4·n4 + 3, :]
fn addToLogits(hidden: vec4f, n4: u32) {
  // Not unrolled: on some adapters a load takes much code, and unrolling does not make it faster.
  for (var r = 0u; r < 4u; r++) {
    for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) { // unroll
      logits[c4] += hidden[r] * weights[(4u * n4 + r) * CLASS4_COUNT + c4];
    }
  }
}

/// slope · W[4·n4 … 4·n4 + 3, :]ᵀ
fn slopeThrough(n4: u32) -> vec4f {
  var value = vec4f();
  for (var r = 0u; r < 4u; r++) {
    var product = 0.0;
    for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) { // unroll
      product += dot(slope[c4], weights[(4u * n4 + r) * CLASS4_COUNT + c4]);
    }
    value = select(value, vec4f(product), vec4u(0u, 1u, 2u, 3u) == vec4u(r));
  }
  return value;
}
