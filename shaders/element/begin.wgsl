// For elements that have nothing to prepare.

fn beginElement() {
}
