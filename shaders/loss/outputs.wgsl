// outputAt from the network's outputs [BATCH, CLASSES], row by row.

@group(0) @binding(0) var<storage, read> outputs: array<vec4f>;

fn outputAt(row: u32, column4: u32) -> vec4f {
  return outputs[row * CLASS4_COUNT + column4];
}
