// writeFour for a kernel that computes only the sums.

fn writeFour(row: u32, column: u32, e: u32, value: vec4f) {
}

fn clearBeside(row: u32) {
}

fn clearBelow() {
}
