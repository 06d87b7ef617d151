// [R, LEFT + RIGHT]: the columns of left[R,LEFT], then those of right[R,RIGHT]. The widths need not be multiples of 4.

override LEFT: u32;
override RIGHT: u32;
override LEFT4 = (LEFT + 3u) / 4u;
override RIGHT4 = (RIGHT + 3u) / 4u;

@group(0) @binding(0) var<storage, read> left: array<vec4f>;
@group(0) @binding(1) var<storage, read> right: array<vec4f>;

fn columnAt(row: u32, column: u32) -> f32 {
  if (column < LEFT) {
    return left[row * LEFT4 + column / 4u][column % 4u];
  }
  let own = min(column - LEFT, RIGHT - 1u);
  return right[row * RIGHT4 + own / 4u][own % 4u];
}

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  let c = 4u * column4;
  return vec4f(columnAt(row, c), columnAt(row, c + 1u), columnAt(row, c + 2u), columnAt(row, c + 3u));
}
