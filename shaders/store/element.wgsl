// store: element(C), element linked from element/*

@group(0) @binding(0) var<storage, read_write> result: array<vec4f>;

fn store(row: u32, n4: u32, value: vec4f) {
  let i = row * N4 + n4;
  result[i] = trim(element(value, i, row, n4), row, n4);
}

fn beginStore() {
  beginElement();
}
