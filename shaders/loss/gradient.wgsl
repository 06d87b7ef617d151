// writeGradient: writes the gradient of the outputs, [BATCH, CLASSES].

@group(0) @binding(0) var<storage, read_write> outputGradient: array<vec4f>;

fn writeGradient(row: u32, column4: u32, value: vec4f) {
  outputGradient[row * CLASS4_COUNT + column4] = value;
}
