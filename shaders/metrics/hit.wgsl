// hitOf: 1 where the largest output of a row is its class, else 0; the top bit alone if its label is no
// class. An integer, not a loss that is NaN: compilers may assume that there is none.

fn hitOf(row: u32) -> u32 {
  let class_ = labelOfRow(row);
  let hit = select(u32(largestOfRow(row) == class_), 0x80000000u, class_ >= CLASSES);
  return select(0u, hit, row < BATCH);
}
