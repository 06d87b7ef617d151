// keepTap if no gradient is computed.

fn keepTap(i: u32, tap: vec4u) {
}
