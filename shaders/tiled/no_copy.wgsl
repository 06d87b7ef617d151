// beginCopy for tiled/rows if the tick is a dispatch of its own.

fn beginCopy(group: u32, lane: u32) {
}
