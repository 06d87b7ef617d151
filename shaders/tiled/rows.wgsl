// All work of a training step on single rows of the batch, after the first layer:
//   H_l = dropout(activation(H_(l−1) · W_l + b_l))    l = 2 … LAYERS − 1
//   X = output_activate(H_(LAYERS−1) · W + b)           the outputs, kept in workgroup memory
//   losses, hits, G = ∂Loss/∂X                         linked, as in loss/rows
//   dZ_LAYERS = output_activate′ ⊙ G
//   dZ_(l−1) = activation′ ⊙ mask ⊙ (dZ_l · W_lᵀ)      l = LAYERS … 2
// H_l and dZ_l are also written to memory, for tiled/update_*. Rows are independent, so a workgroup
// computes four rows of all layers in workgroup memory, without a dispatch between layers.
// ITEMS elements (vec4) of a layer are computed at a time. SLICES lanes divide the sum of an element
// among them, and their parts are added in order.
// Grid: BATCH_ROWS / 4 workgroups.

override INVOCATIONS: u32;
override SLICES: u32;
override ITEMS = INVOCATIONS / SLICES;
override HELD: u32; // 4 rows × the vec4 of all layers

@group(0) @binding(0) var<storage, read> hidden: array<vec4f>;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> made: array<vec4f>;

/// Row r of layer l at heldAt(l) + 4·column4 + r: H_l in the forward pass, dZ_l in the backward pass.
/// Rows are innermost, so that the four rows that neighbouring lanes read are in different banks.
var<workgroup> held: array<vec4f, HELD>;
var<workgroup> shares: array<vec4f, INVOCATIONS>;

fn heldAt(layer: u32) -> u32 {
  let second = width4Of(1u);
  let third = second + width4Of(2u);
  return 4u * vec4u(0u, second, third, third + width4Of(3u))[layer - 1u];
}

/// Padding is always zero.
fn trimTo(layer: u32, value: vec4f, row: u32, column4: u32) -> vec4f {
  let column = vec4u(4u * column4) + vec4u(0u, 1u, 2u, 3u);
  return select(vec4f(), select(vec4f(), value, column < vec4u(widthOf(layer))), row < BATCH);
}

fn finishForward(layer: u32, row: u32, column4: u32, sum: vec4f) {
  let z = sum + weights[biasOf(layer) + column4];
  let at = heldAt(layer) + 4u * column4 + row % 4u;
  if (layer == LAYERS) {
    held[at] = trimTo(layer, output_activate(z), row, column4);
    return;
  }
  let i = row * width4Of(layer) + column4;
  dropLayer(layer - 1u);
  let h = trimTo(layer, drop(activate(z), i), row, column4);
  held[at] = h;
  made[hiddenAt(layer) + i] = h;
}

fn forward(layer: u32, first: u32, lane: u32) {
  let width4 = width4Of(layer);
  let depth4 = width4Of(layer - 1u);
  let share = (depth4 + SLICES - 1u) / SLICES;
  let item = lane % ITEMS;
  let slice = lane / ITEMS;
  for (var from4 = 0u; from4 < width4; from4 += ITEMS / 4u) {
    let column4 = from4 + item / 4u;
    var sum = vec4f();
    if (column4 < width4) {
      for (var k4 = slice * share; k4 < min((slice + 1u) * share, depth4); k4++) {
        let h = held[heldAt(layer - 1u) + 4u * k4 + item % 4u];
        let at = weightAt(layer) + 4u * k4 * width4 + column4;
        sum += h.x * weights[at];
        sum += h.y * weights[at + width4];
        sum += h.z * weights[at + 2u * width4];
        sum += h.w * weights[at + 3u * width4];
      }
    }
    shares[lane] = sum;
    workgroupBarrier();
    if (slice == 0u && column4 < width4) {
      for (var s = 1u; s < SLICES; s++) {
        sum += shares[s * ITEMS + item];
      }
      finishForward(layer, first + item % 4u, column4, sum);
    }
    workgroupBarrier();
  }
}

fn finishBackward(layer: u32, row: u32, column4: u32, sum: vec4f) {
  let i = row * width4Of(layer) + column4;
  let at = heldAt(layer) + 4u * column4 + row % 4u;
  let kept = held[at];
  dropLayer(layer - 1u);
  let dz = trimTo(layer, activateGradient(dropGradient(sum, kept, i), undrop(kept)), row, column4);
  held[at] = dz;
  made[slopeAt(layer) + i] = dz;
}

/// From dZ of the next layer to dZ of this one.
fn backward(layer: u32, first: u32, lane: u32) {
  let width4 = width4Of(layer);
  let depth4 = width4Of(layer + 1u);
  let share = (depth4 + SLICES - 1u) / SLICES;
  let item = lane % ITEMS;
  let slice = lane / ITEMS;
  for (var from4 = 0u; from4 < width4; from4 += ITEMS / 4u) {
    let column4 = from4 + item / 4u;
    var x = vec4f();
    var y = vec4f();
    var z = vec4f();
    var w = vec4f();
    if (column4 < width4) {
      for (var k4 = slice * share; k4 < min((slice + 1u) * share, depth4); k4++) {
        let dz = held[heldAt(layer + 1u) + 4u * k4 + item % 4u];
        let at = weightAt(layer + 1u) + 4u * column4 * depth4 + k4;
        x += dz * weights[at];
        y += dz * weights[at + depth4];
        z += dz * weights[at + 2u * depth4];
        w += dz * weights[at + 3u * depth4];
      }
    }
    // Not dot(): the compiler chooses its order of summation.
    let turned = transpose(mat4x4f(x, y, z, w));
    var sum = turned[0] + turned[1] + turned[2] + turned[3];
    shares[lane] = sum;
    workgroupBarrier();
    if (slice == 0u && column4 < width4) {
      for (var s = 1u; s < SLICES; s++) {
        sum += shares[s * ITEMS + item];
      }
      finishBackward(layer, first + item % 4u, column4, sum);
    }
    workgroupBarrier();
  }
}

@compute @workgroup_size(INVOCATIONS)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = 4u * id.x;
  beginDrop();
  for (var i = lane; i < 4u * width4Of(1u); i += INVOCATIONS) {
    held[i] = hidden[(first + i % 4u) * width4Of(1u) + i / 4u];
  }
  workgroupBarrier();
  for (var layer = 2u; layer <= LAYERS; layer++) {
    forward(layer, first, lane);
  }
  if (lane < 4u) {
    let row = first + lane;
    beginLoss(row);
    writeRow(row, select(0.0, lossOfRow(row), row < BATCH));
    gradientOfRow(row, rowShare(row));
  }
  workgroupBarrier();
  for (var layer = LAYERS - 1u; layer >= 1u; layer--) {
    backward(layer, first, lane);
  }
}
