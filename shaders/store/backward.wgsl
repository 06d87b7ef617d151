// store: the gradient of a layer's pre-activation, dZ = activation'(y) ⊙ mask ⊙ C, from C, the
// gradient of the layer's output, and the output H = dropout(y).

@group(0) @binding(0) var<storage, read> h: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> dz: array<vec4f>;

fn store(row: u32, n4: u32, value: vec4f) {
  let i = row * N4 + n4;
  let kept = h[i];
  dz[i] = trim(activateGradient(dropGradient(value, kept, i), undrop(kept)), row, n4);
}

fn beginStore() {
  beginDrop();
}
