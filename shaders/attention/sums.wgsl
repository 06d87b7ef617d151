// writeSum: headSums[R, HEADS], and its padding, which is zero.

override SUM_COLUMNS4: u32;
override SUM_ROWS: u32;

@group(0) @binding(0) var<storage, read_write> headSums: array<f32>;

fn writeSum(row: u32, head: u32, value: f32) {
  let first = 4u * row * SUM_COLUMNS4;
  headSums[first + head] = value;
  if (head == HEADS - 1u) {
    for (var column = HEADS; column < 4u * SUM_COLUMNS4; column++) {
      headSums[first + column] = 0.0;
    }
  }
}

fn clearSumsBelow() {
  for (var i = 4u * SAMPLES * TIME * SUM_COLUMNS4; i < 4u * SUM_ROWS * SUM_COLUMNS4; i++) {
    headSums[i] = 0.0;
  }
}
