// The rows of a batch, and the same padded to a multiple of 4, as vectors and matrices are stored.

override BATCH: u32;
override BATCH_ROWS = (BATCH + 3u) / 4u * 4u;
