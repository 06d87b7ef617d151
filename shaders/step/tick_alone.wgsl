// The tick as a dispatch of its own: one workgroup of 64, so that a barrier can separate the reads of the old step from
// the writes of the new one.

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  tick(lane);
}
