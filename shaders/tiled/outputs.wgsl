// outputAt and writeGradient for tiled/rows. The outputs are in workgroup memory; each is overwritten
// by its gradient through the output activation. So a loss must read an output before it writes that
// output's gradient, as all files in loss/ do.

fn outputAt(row: u32, column4: u32) -> vec4f {
  return held[heldAt(LAYERS) + 4u * column4 + row % 4u];
}

fn writeGradient(row: u32, column4: u32, value: vec4f) {
  let dz = output_activateGradient(value, outputAt(row, column4));
  held[heldAt(LAYERS) + 4u * column4 + row % 4u] = dz;
  made[slopeAt(LAYERS) + row * width4Of(LAYERS) + column4] = dz;
}
