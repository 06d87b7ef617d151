// The end of a classifier's training step in one dispatch: its last layer, the loss, and back to the
// layer before. H[BATCH, N] is that layer's output, W[N, K] and b[K] the last one's parameters:
//   X = H · W + b                      the outputs; they stay in registers
//   losses, hits, G = ∂Loss/∂X         loss, metrics and gradient linked, as in loss/rows
//   dZ = activation′ ⊙ mask ⊙ (G · Wᵀ)  store linked: store/backward, for the product [M, K] · [K, N]
// For few outputs and a narrow layer: one invocation a row.

override BIAS4: u32; // where b begins in the bound range of parameters, in vec4
override HEAD_GROUP: u32;

@group(0) @binding(0) var<storage, read> weights: array<vec4f>;

@compute @workgroup_size(HEAD_GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= BATCH_ROWS) {
    return;
  }
  var sum: array<vec4f, CLASS4_COUNT>;
  for (var n4 = 0u; n4 < N4; n4++) {
    let hidden = h[row * N4 + n4];
    // Not unrolled: a load is long in the code of some adapters, and no faster there.
    for (var r = 0u; r < 4u; r++) {
      for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) { // unroll
        sum[c4] += hidden[r] * weights[(4u * n4 + r) * CLASS4_COUNT + c4];
      }
    }
  }
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) { // unroll
    logits[c4] = sum[c4] + weights[BIAS4 + c4];
  }
  writeRow(row, select(0.0, lossOfRow(row), row < BATCH));
  gradientOfRow(row, select(0.0, 1.0 / f32(clock.count), row < clock.count));
  var g: array<vec4f, CLASS4_COUNT>;
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) { // unroll
    g[c4] = slope[c4];
  }
  beginStore();
  for (var n4 = 0u; n4 < N4; n4++) {
    var value = vec4f();
    for (var r = 0u; r < 4u; r++) {
      var product = 0.0;
      for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) { // unroll
        product += dot(g[c4], weights[(4u * n4 + r) * CLASS4_COUNT + c4]);
      }
      value = select(value, vec4f(product), vec4u(0u, 1u, 2u, 3u) == vec4u(r));
    }
    store(row, n4, value);
  }
}
