// The sums that the gradient of a batch norm needs, of each segment of rows:
//   sums[2s, C] = Σ dy, sums[2s + 1, C] = Σ dy ⊙ x̂
// One invocation per segment and column of vec4.

@group(0) @binding(0) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < SEGMENTS * SEGMENT_COLUMNS4) {
    let segment = id.x / SEGMENT_COLUMNS4;
    let column4 = id.x % SEGMENT_COLUMNS4;
    let end = segmentEnd(segment);
    beginNormColumn(column4);
    var slopes = vec4f();
    var products = vec4f();
    for (var row = segment * SEGMENT_ROWS; row < end; row++) {
      let i = row * SEGMENT_COLUMNS4 + column4;
      slopes += normSlope[i];
      products += normSlope[i] * normalisedAt(i);
    }
    let i = 2u * segment * SEGMENT_COLUMNS4 + column4;
    sums[i] = slopes;
    sums[i + SEGMENT_COLUMNS4] = products;
  }
}
