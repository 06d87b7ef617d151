// trim(value, row, column4): zero outside a matrix of ROWS × COLUMNS. Both sides of a stored matrix are
// padded with zeros to multiples of 4, so products need no bounds checks.

override ROWS: u32;
override COLUMNS: u32;

fn trim(value: vec4f, row: u32, column4: u32) -> vec4f {
  let column = vec4u(4u * column4) + vec4u(0u, 1u, 2u, 3u);
  return select(vec4f(), select(vec4f(), value, column < vec4u(COLUMNS)), row < ROWS);
}
