// The layers of tiled/rows, for a network of three layers.

fn beginLayers(first: u32, lane: u32) {
  second_begin(first, lane);
}

fn forwardLayers(first: u32, lane: u32) {
  second_forward(first, lane);
  third_forward(first, lane);
}

fn backwardLayers(first: u32, lane: u32) {
  third_backward(first, lane);
  second_backward(first, lane);
}
