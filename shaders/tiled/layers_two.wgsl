// The layers of tiled/rows, for a network of two layers.

fn beginLayers(first: u32, lane: u32) {
}

fn forwardLayers(first: u32, lane: u32) {
  second_forward(first, lane);
}

fn backwardLayers(first: u32, lane: u32) {
  second_backward(first, lane);
}
