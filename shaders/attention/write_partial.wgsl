// writeFour: the elements 4·e … of the head at a column of result[R, 4·RESULT_COLUMNS4], of which RESULT_COLUMNS are not padding.
// Heads share vec4, so elements are written one by one.

override RESULT_COLUMNS: u32;
override RESULT_COLUMNS4: u32;
override RESULT_ROWS: u32;

@group(0) @binding(0) var<storage, read_write> result: array<f32>;

fn writeFour(row: u32, column: u32, e: u32, value: vec4f) {
  let at = 4u * row * RESULT_COLUMNS4 + column + 4u * e;
  for (var i = 0u; i < min(4u, HEAD - 4u * e); i++) {
    result[at + i] = value[i];
  }
}

/// Padding beside a row, and below the last one, is zero.
fn clearBeside(row: u32) {
  for (var column = RESULT_COLUMNS; column < 4u * RESULT_COLUMNS4; column++) {
    result[4u * row * RESULT_COLUMNS4 + column] = 0.0;
  }
}

fn clearBelow() {
  for (var i = 4u * SAMPLES * TIME * RESULT_COLUMNS4; i < 4u * RESULT_ROWS * RESULT_COLUMNS4; i++) {
    result[i] = 0.0;
  }
}
