// Mean and Σ(x − mean)² of each column of x[R,C], of each segment of rows:
//   moments[2s, C] = mean, moments[2s + 1, C] = Σ(x − mean)²
// In two passes, the second one corrects the first one's mean: Σd² − (Σd)² / n, d = x − mean (Chan, Golub and LeVeque
// 1983). So a mean that is large beside the deviation costs no digits. One invocation per segment and column of vec4.

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> moments: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < SEGMENTS * SEGMENT_COLUMNS4) {
    let segment = id.x / SEGMENT_COLUMNS4;
    let column4 = id.x % SEGMENT_COLUMNS4;
    let end = segmentEnd(segment);
    // Without rows, both sums are 0.
    let rows = max(rowsOfSegment(segment), 1.0);
    var sum = vec4f();
    for (var row = segment * SEGMENT_ROWS; row < end; row++) {
      sum += x[row * SEGMENT_COLUMNS4 + column4];
    }
    let mean = sum / rows;
    var rest = vec4f();
    var squares = vec4f();
    for (var row = segment * SEGMENT_ROWS; row < end; row++) {
      let d = x[row * SEGMENT_COLUMNS4 + column4] - mean;
      rest += d;
      squares += d * d;
    }
    let i = 2u * segment * SEGMENT_COLUMNS4 + column4;
    moments[i] = mean + rest / rows;
    moments[i + SEGMENT_COLUMNS4] = max(squares - rest * (rest / rows), vec4f());
  }
}
