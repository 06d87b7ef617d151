// y[M,N] = the mean over the PIXELS rows of each image of globalInput[M · PIXELS, N]: a row for each image. A workgroup takes
// 8 lanes of 4 channels of one image; 8 invocations share the pixels of each, so that a batch of small images fills a GPU
// too. Sums have one order: 8 strided ones, then these in order.
// Grid: LANE_GROUPS workgroups for each image, GROUPS in all, GROUPS_X of them in a row.

override PIXELS: u32;
override LANE_GROUPS = (N4 + 7u) / 8u;
override GROUPS_X: u32;

@group(0) @binding(0) var<storage, read> globalInput: array<vec4f>;

var<workgroup> globalSums: array<vec4f, 64>;

@compute @workgroup_size(8, 8)
fn main(@builtin(local_invocation_id) lane: vec3u, @builtin(workgroup_id) group: vec3u) {
  let g = group.y * GROUPS_X + group.x;
  let row = g / LANE_GROUPS;
  let c4 = g % LANE_GROUPS * 8u + lane.x;
  let isOwn = row < 4u * M4 && c4 < N4;
  var sum = vec4f();
  if (row < M && c4 < N4) {
    for (var pixel = lane.y; pixel < PIXELS; pixel += 8u) {
      sum += globalInput[(row * PIXELS + pixel) * N4 + c4];
    }
  }
  globalSums[lane.y * 8u + lane.x] = sum;
  workgroupBarrier();
  if (lane.y == 0u && isOwn) {
    for (var i = 1u; i < 8u; i++) {
      sum += globalSums[i * 8u + lane.x];
    }
    beginStore();
    store(row, c4, sum / f32(PIXELS));
  }
}
