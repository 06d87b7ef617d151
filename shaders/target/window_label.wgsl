// labelOfRow(row): the class of a position of a sample, LABEL_ROWS of them in each of LABEL_SAMPLES samples of the batch. A
// sample's classes begin LABEL_STRIDE behind those of the sample before, and the first LABEL_SHIFT behind the beginning.

override LABEL_ROWS: u32;
override LABEL_SAMPLES: u32;
override LABEL_STRIDE: u32;
override LABEL_SHIFT: u32;

fn labelOfRow(row: u32) -> u32 {
  let sample = min(row / LABEL_ROWS, LABEL_SAMPLES - 1u);
  return tokenAt(indices[sample / 4u][sample % 4u] * LABEL_STRIDE + LABEL_SHIFT + row % LABEL_ROWS);
}
