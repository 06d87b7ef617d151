// hitOf: 1 if the largest output of a row is its class, 0 if not, or if the class is ignored (linked); only the top bit
// if its label is neither a class nor ignored. Not reported by a NaN loss, because compilers may assume that there are no NaNs.

fn hitOf(row: u32) -> u32 {
  let class_ = labelOfRow(row);
  let hit = select(u32(largestOfRow(row) == class_), 0x80000000u, class_ >= CLASSES);
  return select(0u, hit, row < BATCH && !isIgnored(class_));
}
