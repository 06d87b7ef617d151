// fourAt(row, column, e): the elements 4·e … of the head at a column of x[R, 4·COLUMNS4], and zeros beyond its HEAD columns.

override COLUMNS4: u32;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;

fn fourAt(row: u32, column: u32, e: u32) -> vec4f {
  let place = 4u * e + vec4u(0u, 1u, 2u, 3u);
  let at = 4u * row * COLUMNS4 + column + min(place, vec4u(HEAD - 1u));
  let all = vec4f(
    x[at.x / 4u][at.x % 4u],
    x[at.y / 4u][at.y % 4u],
    x[at.z / 4u][at.z % 4u],
    x[at.w / 4u][at.w % 4u]
  );
  return select(vec4f(), all, place < vec4u(HEAD));
}
