// dx[M,N] from the slopes of windows that do not overlap. An invocation has 4 channels of a cell, which is a window with the pixels
// before the next one, so that it reads a slope once: beginWindow reads it, slopeOf(tap) is what the pixel at a tap gets.
// Pixels of no window get 0. Both functions and the store are linked.
// Grid: x covers CELLS_X · N4 invocations, y and z the lines of cells of all images, GRID_LINES in each layer of z, and one line
// for the padding.

override CELLS_Y: u32;
override CELLS_X: u32;
override GRID_LINES: u32;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let line = id.z * GRID_LINES + id.y;
  let cellX = id.x / N4;
  let c4 = id.x - cellX * N4;
  let sample = line / CELLS_Y;
  let image = sample * (IN_Y * IN_X);
  if (cellX < CELLS_X && image < M) {
    let cellY = line - sample * CELLS_Y;
    let isWindow = cellY < OUT_Y && cellX < OUT_X;
    if (isWindow) {
      beginWindow(sample, cellY, cellX, c4);
    }
    beginStore();
    for (var ty = 0u; ty < STRIDE_Y; ty++) { // unroll
      // Above the image this wraps around to a large number.
      let y = cellY * STRIDE_Y + ty - PADDING_Y;
      if (y < IN_Y) {
        for (var tx = 0u; tx < STRIDE_X; tx++) { // unroll
          let x = cellX * STRIDE_X + tx - PADDING_X;
          if (x < IN_X) {
            var slope = vec4f();
            if (isWindow && ty < KERNEL_Y && tx < KERNEL_X) {
              slope = slopeOf(ty * KERNEL_X + tx);
            }
            store(image + y * IN_X + x, c4, slope);
          }
        }
      }
    }
  } else if (cellX == 0u && image == M) {
    beginStore();
    for (var row = M + line - sample * CELLS_Y; row < 4u * M4; row += CELLS_Y) {
      store(row, c4, vec4f());
    }
  }
}
