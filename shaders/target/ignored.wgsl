// isIgnored: whether rows of a class do not count.

override IGNORED: u32;

fn isIgnored(class_: u32) -> bool {
  return class_ == IGNORED;
}
