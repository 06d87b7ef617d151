// The end of a classifier's training step in one dispatch: its last layer, the loss, and back to the
// layer before. H[BATCH, N] is that layer's output, W[N, K] and b[K] the last one's parameters:
//   X = H · W + b                      the outputs; they stay in registers
//   losses, hits, G = ∂Loss/∂X         loss, metrics and gradient linked, as in loss/rows
//   dZ = activation′ ⊙ mask ⊙ (G · Wᵀ)  store linked: store/backward, for the product [M, K] · [K, N]
// For few outputs and a narrow layer: one invocation a row. The entry point and the two products with
// four rows of W are linked: head/rows or head/quads.

override BIAS4: u32; // where b begins in the bound range of parameters, in vec4

@group(0) @binding(0) var<storage, read> weights: array<vec4f>;

fn headOfRow(row: u32) {
  for (var n4 = 0u; n4 < N4; n4++) {
    addToLogits(h[row * N4 + n4], n4);
  }
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) { // unroll
    logits[c4] += weights[BIAS4 + c4];
  }
  beginLoss(row);
  writeRow(row, select(0.0, lossOfRow(row), row < BATCH));
  gradientOfRow(row, select(0.0, 1.0 / f32(clock.count), row < clock.count));
  beginStore();
  for (var n4 = 0u; n4 < N4; n4++) {
    store(row, n4, slopeThrough(n4));
  }
}
