// writeFour: the elements 4·e … of the head at a column of result[R, 4·RESULT_COLUMNS4]. HEAD is a multiple of 4, so only rows
// are padded.

override RESULT_COLUMNS4: u32;
override RESULT_ROWS: u32;

@group(0) @binding(0) var<storage, read_write> result: array<vec4f>;

fn writeFour(row: u32, column: u32, e: u32, value: vec4f) {
  result[row * RESULT_COLUMNS4 + column / 4u + e] = value;
}

/// Padding beside a row, and below the last one, is zero.
fn clearBeside(row: u32) {
}

fn clearBelow() {
  for (var i = SAMPLES * TIME * RESULT_COLUMNS4; i < RESULT_ROWS * RESULT_COLUMNS4; i++) {
    result[i] = vec4f();
  }
}
