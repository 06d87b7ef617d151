// store: C is the gradient of a layer's weight [M−1, N] and, in its last row, of its bias. It is passed
// to the optimizer's step and never written to memory. BIAS4 is where the bias starts in the bound
// range of parameters, in vec4.

override BIAS4: u32;

fn store(row: u32, n4: u32, value: vec4f) {
  if (row < M) {
    optimize(select(row * N4 + n4, BIAS4 + n4, row == M - 1u), value);
  }
}

fn beginStore() {
  beginOptimize();
}
