// closing for tiled/updates if the tick is a dispatch of its own.

const TICKS = 0u;

fn closing(lane: u32) {
}
