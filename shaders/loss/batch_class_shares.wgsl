// shares[C] = w_c · count / Σ_row w_{class of the row}, over the rows that are not ignored (linked): the weight of each
// class over the mean weight of the batch's rows. So the mean over the batch of a loss times its class's share is the mean
// with weights of torch.nn.CrossEntropyLoss. All 0 if the weights of all rows are 0. Behind the padded shares:
//   (Σ_row w, rows that are not ignored, Σ_row w / count, 0)
// A lane adds every 64th row, and the lanes' sums are added in order. One workgroup.

const LANES = 64u;

@group(0) @binding(0) var<storage, read> classWeights: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> shares: array<vec4f>;

/// Of each lane: the sum of its rows' weights, and their number.
var<workgroup> laneWeights: array<vec2f, LANES>;

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32) {
  var own = vec2f();
  for (var row = lane; isRow(row); row += LANES) {
    let label = labelOfRow(row);
    if (!isIgnored(label)) {
      let class_ = min(label, CLASSES - 1u);
      own += vec2f(classWeights[class_ / 4u][class_ % 4u], 1.0);
    }
  }
  laneWeights[lane] = own;
  workgroupBarrier();
  var total = vec2f();
  for (var i = 0u; i < LANES; i++) {
    total += laneWeights[i];
  }
  let count = f32(clock.rows);
  let scale = select(0.0, count / total.x, total.x > 0.0);
  for (var c4 = lane; c4 < CLASS4_COUNT; c4 += LANES) {
    shares[c4] = classWeights[c4] * scale;
  }
  if (lane == 0u) {
    shares[CLASS4_COUNT] = vec4f(total, total.x / count, 0.0);
  }
}
