// outputAt and writeGradient for tiled/rows. The outputs are in workgroup memory; each is overwritten
// by its gradient through the output activation. So a loss must read an output before it writes that
// output's gradient, as all files in loss/ do.

fn outputAt(row: u32, column4: u32) -> vec4f {
  return held[LAST_HELD + 2u * column4 + row % 2u];
}

fn writeGradient(row: u32, column4: u32, value: vec4f) {
  let dz = output_activateGradient(value, outputAt(row, column4));
  held[LAST_HELD + 2u * column4 + row % 2u] = dz;
  made[LAST_SLOPE_AT + row * LAST_WIDTH4 + column4] = dz;
}
