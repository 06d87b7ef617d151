// writeGradient: into the gradient [BATCH, CLASSES] of the outputs.

@group(0) @binding(0) var<storage, read_write> outputGradient: array<vec4f>;

fn writeGradient(i: u32, value: vec4f) {
  outputGradient[i] = value;
}
