// outputAt and writeGradient for discrete/rows: outputs in workgroup memory, and their gradient put
// through the output activation in their place. A loss's gradient thus reads an output before it
// writes that one's gradient, as all under loss/ do.

fn outputAt(row: u32, column4: u32) -> vec4f {
  return held[heldAt(LAYERS) + 4u * column4 + row % 4u];
}

fn writeGradient(row: u32, column4: u32, value: vec4f) {
  let dz = activateOutputGradient(value, outputAt(row, column4));
  held[heldAt(LAYERS) + 4u * column4 + row % 4u] = dz;
  made[slopeAt(LAYERS) + row * width4Of(LAYERS) + column4] = dz;
}
