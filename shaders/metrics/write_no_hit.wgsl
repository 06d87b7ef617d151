// writeHit for a network without classes.

fn writeHit(row: u32) {
}
