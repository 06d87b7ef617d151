// store: passes a row of the gradient of a layer's weight, or in row M − 1 of its bias, to the
// optimizer's step; see store/update.

fn store(row: u32, n4: u32, value: vec4f) {
  let bias = 4u * (M4 - 1u);
  if (row <= bias) {
    optimize(select(weightAt(updated) + row * N4 + n4, biasOf(updated) + n4, row == bias), value);
  }
}

fn beginStore() {
  beginOptimize();
}
