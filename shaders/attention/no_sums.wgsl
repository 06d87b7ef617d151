// writeSum for a forward pass without a backward pass.

fn writeSum(row: u32, head: u32, value: f32) {
}

fn clearSumsBelow() {
}
