// beginLabel for tiled/rows if neither the loss nor the hits read classes.

fn beginLabel(row: u32) {
}
