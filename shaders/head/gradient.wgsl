// writeGradient for head/head: writes the gradient of the outputs, [BATCH, CLASSES], and keeps it in
// registers for the layer before.

@group(0) @binding(0) var<storage, read_write> outputGradient: array<vec4f>;

var<private> slope: array<vec4f, CLASS4_COUNT>;

fn writeGradient(row: u32, column4: u32, value: vec4f) {
  slope[column4] = value;
  outputGradient[row * CLASS4_COUNT + column4] = value;
}
