// fourAt(row, column, e): the elements 4·e … of the head at a column of x[R, 4·COLUMNS4]. HEAD is a multiple of 4.

override COLUMNS4: u32;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;

fn fourAt(row: u32, column: u32, e: u32) -> vec4f {
  return x[row * COLUMNS4 + column / 4u + e];
}
