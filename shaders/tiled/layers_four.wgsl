// The layers of tiled/rows, for a network of four layers.

fn beginLayers(first: u32, lane: u32) {
  second_begin(first, lane);
  third_begin(first, lane);
}

fn forwardLayers(first: u32, lane: u32) {
  second_forward(first, lane);
  third_forward(first, lane);
  fourth_forward(first, lane);
}

fn backwardLayers(first: u32, lane: u32) {
  fourth_backward(first, lane);
  third_backward(first, lane);
  second_backward(first, lane);
}
