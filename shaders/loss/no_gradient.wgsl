// gradientOfRow for evaluation: none.

fn gradientOfRow(row: u32, weight: f32) {
}
