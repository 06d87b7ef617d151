// finish for tiled/layer: H_l = dropout(activation(Z_l)) of a hidden layer.

override LAYER: u32; // l − 1: the place of its dropout
override COLUMNS: u32;
override COLUMNS4 = (COLUMNS + 3u) / 4u;
override HELD_AT: u32;
override MADE_AT: u32;

/// What dropout multiplies the element by that this lane finishes. Its gradient has the same mask.
var<private> mask: vec4f;

fn begin(first: u32, lane: u32) {
  if (lane < 2u * COLUMNS4) {
    dropLayer(LAYER);
    mask = drop(vec4f(1.0), (first + lane % 2u) * COLUMNS4 + lane / 2u);
  }
}

fn finish(row: u32, column4: u32, z: vec4f) {
  let h = trimTo(COLUMNS, masked(activate(z), mask), row, column4);
  held[HELD_AT + 2u * column4 + row % 2u] = h;
  made[MADE_AT + row * COLUMNS4 + column4] = h;
}
