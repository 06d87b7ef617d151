// finish for tiled/layer: the outputs.

override HELD_AT: u32;

fn finish(row: u32, column4: u32, z: vec4f) {
  held[HELD_AT + 2u * column4 + row % 2u] = trimTo(CLASSES, output_activate(z), row, column4);
}
