// [R,C]: 1 at the class of the row's label, 0 elsewhere.

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  return oneHot(labelOfRow(row), column4);
}
