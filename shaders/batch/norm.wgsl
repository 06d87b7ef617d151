// y = x̂ ⊙ weight + bias of a batch norm (Ioffe and Szegedy 2015); affine is linked.

fn beginColumn(column4: u32) {
  beginNormColumn(column4);
}

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  return affine(normalisedAt(i), column4);
}
