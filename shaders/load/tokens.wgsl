// tokenAt(i): the i-th of unsigned integers of TOKEN_BITS bits (8, 16 or 32), from the lowest bits of tokens[0] on.

override TOKEN_BITS: u32;
override TOKENS_EACH = 32u / TOKEN_BITS;

@group(0) @binding(0) var<storage, read> tokens: array<u32>;

fn tokenAt(i: u32) -> u32 {
  return extractBits(tokens[i / TOKENS_EACH], i % TOKENS_EACH * TOKEN_BITS, TOKEN_BITS);
}
