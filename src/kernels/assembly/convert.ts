/** Raw bytes of a dataset to the float32 numbers that a model reads. */

@inline
function storeQuotients(out: usize, words: v128, divisor: v128): void {
  v128.store(out, f32x4.div(f32x4.convert_i32x4_s(words), divisor));
}

/** out = from / divisor, each quotient correctly rounded. */
export function convertUint8(out: usize, from: usize, length: usize, divisor: f32): void {
  const divisors = f32x4.splat(divisor);
  for (; length >= 16; length -= 16) {
    const bytes = v128.load(from);
    const low = i16x8.extend_low_i8x16_u(bytes);
    const high = i16x8.extend_high_i8x16_u(bytes);
    storeQuotients(out, i32x4.extend_low_i16x8_u(low), divisors);
    storeQuotients(out + 16, i32x4.extend_high_i16x8_u(low), divisors);
    storeQuotients(out + 32, i32x4.extend_low_i16x8_u(high), divisors);
    storeQuotients(out + 48, i32x4.extend_high_i16x8_u(high), divisors);
    out += 64;
    from += 16;
  }
  for (; length > 0; length--) {
    store<f32>(out, (load<u8>(from) as f32) / divisor);
    out += 4;
    from += 1;
  }
}
