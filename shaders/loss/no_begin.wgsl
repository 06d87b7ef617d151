// beginLoss for a loss whose value and gradient share no computation.

fn beginLoss(row: u32) {
}
