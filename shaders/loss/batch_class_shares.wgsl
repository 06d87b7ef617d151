// shares[C] = w_c · count / Σ_{row < count} w_{class of the row}: the weight of each class over the mean weight of the
// batch's rows. So the mean over the batch of a loss times its class's share is the mean with weights of
// torch.nn.CrossEntropyLoss. All 0 if the weights of all rows are 0. A lane adds every 64th row, and the lanes' sums are
// added in order. One workgroup.

const LANES = 64u;

@group(0) @binding(0) var<storage, read> classWeights: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> shares: array<vec4f>;

var<workgroup> laneWeights: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32) {
  var own = 0.0;
  for (var row = lane; row < clock.count; row += LANES) {
    let class_ = min(labelOfRow(row), CLASSES - 1u);
    own += classWeights[class_ / 4u][class_ % 4u];
  }
  laneWeights[lane] = own;
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < LANES; i++) {
    total += laneWeights[i];
  }
  let scale = select(0.0, f32(clock.count) / total, total > 0.0);
  for (var c4 = lane; c4 < CLASS4_COUNT; c4 += LANES) {
    shares[c4] = classWeights[c4] * scale;
  }
}
