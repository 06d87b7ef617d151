// rowElement: x̂ of a norm, which declares beginNorm and normAt.

fn beginRow(row: u32) {
  beginNorm(row);
}

fn rowElement(row: u32, c4: u32) -> vec4f {
  return normAt(row, c4);
}
