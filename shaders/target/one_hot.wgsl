// targetAt for labels: one-hot, computed where it is read.

fn targetAt(row: u32, column4: u32) -> vec4f {
  return oneHot(labelOfRow(row), column4);
}
