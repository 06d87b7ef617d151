// The layers of a network, at most four, for tiled/updates:
//   Z_l = H_(l−1) · W_l + b_l,  H_l = dropout(activation(Z_l)),  H_0 the images
// Offsets are in vec4. Weights and biases are in the range of parameters; H_l and dZ_l = ∂Loss/∂Z_l are
// in the range of the step's tensors. Unused layers have zeros.

override WIDTH_0: u32;
override WIDTH_1: u32;
override WIDTH_2: u32;
override WIDTH_3: u32;
override WIDTH_4: u32;
override WEIGHT_AT_1: u32;
override WEIGHT_AT_2: u32;
override WEIGHT_AT_3: u32;
override WEIGHT_AT_4: u32;
override BIAS_AT_1: u32;
override BIAS_AT_2: u32;
override BIAS_AT_3: u32;
override BIAS_AT_4: u32;
override HIDDEN_AT_2: u32; // H_1 is at 0, and the outputs are not in memory
override HIDDEN_AT_3: u32;
override SLOPE_AT_1: u32;
override SLOPE_AT_2: u32;
override SLOPE_AT_3: u32;
override SLOPE_AT_4: u32;

/// Columns of H_l.
fn widthOf(layer: u32) -> u32 {
  return select(vec4u(WIDTH_1, WIDTH_2, WIDTH_3, WIDTH_4)[max(layer, 1u) - 1u], WIDTH_0, layer == 0u);
}

/// The same in vec4, with the padding of a stored row.
fn width4Of(layer: u32) -> u32 {
  return (widthOf(layer) + 3u) / 4u;
}

fn weightAt(layer: u32) -> u32 {
  return vec4u(WEIGHT_AT_1, WEIGHT_AT_2, WEIGHT_AT_3, WEIGHT_AT_4)[layer - 1u];
}

fn biasOf(layer: u32) -> u32 {
  return vec4u(BIAS_AT_1, BIAS_AT_2, BIAS_AT_3, BIAS_AT_4)[layer - 1u];
}

fn hiddenAt(layer: u32) -> u32 {
  return vec4u(0u, HIDDEN_AT_2, HIDDEN_AT_3, 0u)[layer - 1u];
}

fn slopeAt(layer: u32) -> u32 {
  return vec4u(SLOPE_AT_1, SLOPE_AT_2, SLOPE_AT_3, SLOPE_AT_4)[layer - 1u];
}
