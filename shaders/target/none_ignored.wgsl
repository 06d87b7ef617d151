// isIgnored where all rows count.

fn isIgnored(class_: u32) -> bool {
  return false;
}
