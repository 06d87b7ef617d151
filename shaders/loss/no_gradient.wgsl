// gradientOfRow for evaluation: no gradient.

fn gradientOfRow(row: u32, weight: f32) {
}
