// largestOfRow: the class of the largest output of a row (the first, if several are equal).

fn largestOfRow(row: u32) -> u32 {
  var best = 0u;
  var value = outputAt(row, 0u)[0];
  for (var c = 1u; c < CLASSES; c++) {
    let next = outputAt(row, c / 4u)[c % 4u];
    best = select(best, c, next > value);
    value = max(value, next);
  }
  return best;
}
