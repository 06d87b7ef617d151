// y[M,N] = pixelAt(sample, y, x, c4) for the pixels of images [OWN_Y, OWN_X], a row for each: one invocation for 4 channels of a
// pixel. pixelAt and the store are linked.
// Grid: x covers OWN_X · N4 invocations, y and z the lines of all images, GRID_LINES in each layer of z.

override OWN_Y: u32;
override OWN_X: u32;
override GRID_LINES: u32;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let line = id.z * GRID_LINES + id.y;
  let x = id.x / N4;
  let c4 = id.x - x * N4;
  let row = line * OWN_X + x;
  if (x < OWN_X && row < 4u * M4) {
    var value = vec4f();
    if (row < M) {
      let sample = line / OWN_Y;
      value = pixelAt(sample, line - sample * OWN_Y, x, c4);
    }
    beginStore();
    store(row, c4, value);
  }
}
