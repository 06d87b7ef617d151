// total[C] = Σ_s sums[2s + WHICH, C] over the segments s of batch/slopes: the gradient of a norm's bias, or of its weight.
// One workgroup per column of vec4; each lane takes every 64th segment.

override SEGMENTS: u32;
override COLUMN4_COUNT: u32;
override WHICH: u32;

@group(0) @binding(0) var<storage, read> sums: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> total: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let column4 = group.x;
  var sum = vec4f();
  for (var s = lane; s < SEGMENTS; s += 64u) {
    sum += sums[(2u * s + WHICH) * COLUMN4_COUNT + column4];
  }
  sum = sumOfLanes(lane, sum);
  if (lane == 0u) {
    total[column4] = sum;
  }
}
