// store: C is the gradient of a layer's weight [M−1, N] and, in its last row, of its bias; each
// element goes straight into the optimizer's step and never to memory. BIAS4 is where the bias
// begins in the bound range of parameters, in vec4.

override BIAS4: u32;

fn store(row: u32, n4: u32, value: vec4f) {
  if (row < M) {
    optimize(select(row * N4 + n4, BIAS4 + n4, row == M - 1u), value);
  }
}

fn beginStore() {
  beginOptimize();
}
