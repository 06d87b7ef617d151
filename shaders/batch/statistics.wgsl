// Mean and variance (1/N) of each column over the N rows of a batch that count, from the segments' (batch/moments):
//   statistics[0, C] = mean, statistics[1, C] = (Σ_s M_s + Σ_s n_s (mean_s − mean)²) / N
// with the correction of batch/moments. One workgroup per column of vec4; each lane takes every 64th segment.

@group(0) @binding(0) var<storage, read> moments: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> statistics: array<vec4f>;

fn momentAt(row: u32, column4: u32) -> vec4f {
  return moments[row * SEGMENT_COLUMNS4 + column4];
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let column4 = group.x;
  let rows = f32(countedRows());
  var sum = vec4f();
  for (var s = lane; s < SEGMENTS; s += 64u) {
    sum += rowsOfSegment(s) * momentAt(2u * s, column4);
  }
  let mean = sumOfLanes(lane, sum) / rows;
  var rest = vec4f();
  var squares = vec4f();
  for (var s = lane; s < SEGMENTS; s += 64u) {
    let d = momentAt(2u * s, column4) - mean;
    let weighed = rowsOfSegment(s) * d;
    rest += weighed;
    squares += momentAt(2u * s + 1u, column4) + weighed * d;
  }
  let correction = sumOfLanes(lane, rest) / rows;
  let variance = sumOfLanes(lane, squares) / rows - correction * correction;
  if (lane == 0u) {
    statistics[column4] = mean + correction;
    statistics[SEGMENT_COLUMNS4 + column4] = max(variance, vec4f());
    // The padding.
    statistics[2u * SEGMENT_COLUMNS4 + column4] = vec4f();
    statistics[3u * SEGMENT_COLUMNS4 + column4] = vec4f();
  }
}
