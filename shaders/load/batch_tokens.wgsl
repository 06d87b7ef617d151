// batchToken(row): the row of a table for a row of the product: tokens[samples, POSITIONS] as floats, row by row, with
// POSITION_ROWS of them in all. What is no row of the table counts as its last, TABLE_ROWS − 1.

override POSITIONS: u32;
override POSITION_ROWS: u32;
override TABLE_ROWS: u32;
override POSITIONS4 = (POSITIONS + 3u) / 4u;

@group(0) @binding(0) var<storage, read> batchTokens: array<vec4f>;

fn batchToken(row: u32) -> u32 {
  let own = min(row, POSITION_ROWS - 1u);
  let at = own % POSITIONS;
  return min(u32(batchTokens[own / POSITIONS * POSITIONS4 + at / 4u][at % 4u]), TABLE_ROWS - 1u);
}
