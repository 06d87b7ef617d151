// The COUNT elements of x[…, SOURCE_COLUMNS], each sample [TURN_A, TURN_B] transposed, as rows of RESULT_COLUMNS. No width
// need be a multiple of 4.

override COUNT: u32;
override SOURCE_COLUMNS: u32;
override RESULT_COLUMNS: u32;
override TURN_A: u32;
override TURN_B: u32;
override TURN = TURN_A * TURN_B;
override SOURCE_COLUMNS4 = (SOURCE_COLUMNS + 3u) / 4u;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;

fn sourceAt(element: u32) -> f32 {
  let e = min(element, COUNT - 1u);
  let own = e / TURN * TURN + e % TURN_A * TURN_B + e / TURN_A % TURN_B;
  let column = own % SOURCE_COLUMNS;
  return x[own / SOURCE_COLUMNS * SOURCE_COLUMNS4 + column / 4u][column % 4u];
}

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  let e = row * RESULT_COLUMNS + 4u * column4;
  return vec4f(sourceAt(e), sourceAt(e + 1u), sourceAt(e + 2u), sourceAt(e + 3u));
}
