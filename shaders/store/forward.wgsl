// store: a layer's output H = dropout(activation(C + bias)).

@group(0) @binding(0) var<storage, read_write> h: array<vec4f>;

fn store(row: u32, n4: u32, value: vec4f) {
  let i = row * N4 + n4;
  h[i] = trim(drop(activate(value + biasAt(n4)), i), row, n4);
}

fn beginStore() {
  beginDrop();
}
