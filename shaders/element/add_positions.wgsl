// x + positions[position, C], the same rows for each sample of TIME positions

override TIME: u32;
override POSITION_COLUMN4_COUNT: u32;

@group(0) @binding(0) var<storage, read> positions: array<vec4f>;

fn element(x: vec4f, i: u32, row: u32, column4: u32) -> vec4f {
  return x + positions[row % TIME * POSITION_COLUMN4_COUNT + column4];
}
