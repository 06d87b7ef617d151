// store: C is the gradient of a weight [M, N] without a bias; see store/update.

fn store(row: u32, n4: u32, value: vec4f) {
  optimize(row * N4 + n4, value);
}

fn beginStore() {
  beginOptimize();
}
