// keepTap for training: poolTaps[M,N], which tap of its window is the maximum.

@group(0) @binding(0) var<storage, read_write> poolTaps: array<vec4u>;

fn keepTap(i: u32, tap: vec4u) {
  poolTaps[i] = tap;
}
