// The last layer of a network, the loss, and the backward pass to the layer before, in one dispatch.
// H[BATCH, N] is the output of the layer before; W[N, K] and b[K] are the last layer's parameters:
//   X = H · W + b                      the outputs, kept in registers
//   losses, hits, G = ∂Loss/∂X         loss, metrics and gradient are linked, as in loss/rows
//   dZ = activation′ ⊙ mask ⊙ (G · Wᵀ)  store/backward is linked, for the product [M, K] · [K, N]
// One invocation per row, so it suits few outputs and a narrow layer. The entry point and the products
// with four rows of W are linked: head/rows or head/quads.

override BIAS4: u32; // where b starts in the bound range of parameters, in vec4

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
  gradientOfRow(row, rowShare(row));
  beginStore();
  for (var n4 = 0u; n4 < N4; n4++) {
    store(row, n4, slopeThrough(n4));
  }
}
