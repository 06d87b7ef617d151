// beginLoss for a loss whose value and gradient have nothing in common.

fn beginLoss(row: u32) {
}
