// All work of a training step on single rows of the batch, after the first layer:
//   H_l = dropout(activation(H_(l−1) · W_l + b_l))    l = 2 … LAYERS − 1
//   X = output_activate(H_(LAYERS−1) · W + b)           the outputs, kept in workgroup memory
//   losses, hits, G = ∂Loss/∂X                         linked, as in loss/rows
//   dZ_LAYERS = output_activate′ ⊙ G
//   dZ_(l−1) = activation′ ⊙ mask ⊙ (dZ_l · W_lᵀ)      l = LAYERS … 2
// H_l and dZ_l are also written to memory, for tiled/updates. Rows are independent, so a workgroup
// computes two rows of all layers in workgroup memory, without a dispatch between layers. Each layer is linked
// as tiled/layer with its sizes as constants, so that drivers can unroll its loops; tiled/layers_* calls them.
// What does not depend on the rows is loaded first: labels, weights, biases; and the dropout's masks are computed once.
// Grid: BATCH_ROWS / 2 workgroups.

override INVOCATIONS: u32;
override HELD: u32; // 2 rows × the vec4 of all layers
override SHARES: u32; // vec4: the most that a layer needs
override FIRST_WIDTH4: u32; // of H_1
override LAST_WIDTH4: u32; // of the outputs
override LAST_HELD: u32;
override LAST_SLOPE_AT: u32; // in vec4, as all places

@group(0) @binding(0) var<storage, read> learned: array<vec4f>; // weights and biases of all layers
@group(0) @binding(1) var<storage, read_write> made: array<vec4f>; // H_1 is read, the others are written

/// Row r of layer l behind the layers before, at 2·column4 + r: H_l in the forward pass, dZ_l in the backward pass.
var<workgroup> held: array<vec4f, HELD>;
var<workgroup> shares: array<vec4f, SHARES>;

/// What dropout has multiplied an element of H_1 by: that whose gradient this lane finishes.
var<private> firstMask: vec4f;

/// Padding is always zero.
fn trimTo(width: u32, value: vec4f, row: u32, column4: u32) -> vec4f {
  let column = vec4u(4u * column4) + vec4u(0u, 1u, 2u, 3u);
  return select(vec4f(), select(vec4f(), value, column < vec4u(width)), row < BATCH);
}

/// A value behind dropout, or a gradient before it.
fn masked(value: vec4f, mask: vec4f) -> vec4f {
  return select(vec4f(), value * mask, mask != vec4f());
}

@compute @workgroup_size(INVOCATIONS)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = 2u * id.x;
  for (var i = lane; i < 2u * FIRST_WIDTH4; i += INVOCATIONS) {
    held[i] = made[(first + i % 2u) * FIRST_WIDTH4 + i / 2u];
  }
  beginLabel(first + lane % 2u);
  beginDrop();
  beginCopy(id.x, lane);
  if (lane < 2u * FIRST_WIDTH4) {
    dropLayer(0u);
    firstMask = firstMaskAt((first + lane % 2u) * FIRST_WIDTH4 + lane / 2u);
  }
  beginLayers(first, lane);
  forwardLayers(first, lane);
  workgroupBarrier();
  if (lane < 2u) {
    let row = first + lane;
    beginLoss(row);
    writeRow(row, select(0.0, lossOfRow(row), row < BATCH));
    gradientOfRow(row, rowShare(row));
  }
  backwardLayers(first, lane);
}
