// [R,N]: the row of table[TABLE_ROWS,N] that is the row's token.

@group(0) @binding(0) var<storage, read> table: array<vec4f>;

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  return table[batchToken(row) * N4 + column4];
}
