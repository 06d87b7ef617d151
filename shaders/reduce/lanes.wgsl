// The sum of a value of each of 64 invocations, in their order. All invocations of the workgroup get it.

var<workgroup> laneValues: array<vec4f, 64>;

fn sumOfLanes(lane: u32, value: vec4f) -> vec4f {
  // The values before were read.
  workgroupBarrier();
  laneValues[lane] = value;
  workgroupBarrier();
  var sum = vec4f();
  for (var i = 0u; i < 64u; i++) {
    sum += laneValues[i];
  }
  return sum;
}
