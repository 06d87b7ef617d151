// The columns FIRST … of x[R,SOURCE_COLUMNS]; how many, the result's shape says.

override FIRST: u32;
override SOURCE_COLUMNS: u32;
override SOURCE_COLUMNS4 = (SOURCE_COLUMNS + 3u) / 4u;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;

fn columnAt(row: u32, column: u32) -> f32 {
  let own = min(FIRST + column, SOURCE_COLUMNS - 1u);
  return x[row * SOURCE_COLUMNS4 + own / 4u][own % 4u];
}

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  let c = 4u * column4;
  return vec4f(columnAt(row, c), columnAt(row, c + 1u), columnAt(row, c + 2u), columnAt(row, c + 3u));
}
