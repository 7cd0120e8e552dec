/** IEEE 754 half precision: 11 significant bits, up to 65504. */

const GREATEST = 65504;

/** Rounds to the nearest half, ties to even; what is beyond the range becomes its end. */
export function toHalf(values: ArrayLike<number>): Uint16Array<ArrayBuffer> {
  const bits = new Uint16Array(values.length);
  const float = new Float32Array(1);
  const word = new Uint32Array(float.buffer);
  for (let i = 0; i < values.length; i++) {
    float[0] = Math.max(-GREATEST, Math.min(GREATEST, values[i]!));
    const sign = (word[0]! >>> 16) & 0x8000;
    const magnitude = Math.abs(float[0]!);
    if (magnitude < 2 ** -14) bits[i] = sign | roundEven(magnitude * 2 ** 24);
    else {
      const rounded = word[0]! + 0xfff + ((word[0]! >>> 13) & 1);
      bits[i] = sign | ((((rounded >>> 23) & 255) - 112) << 10) | ((rounded >>> 13) & 1023);
    }
  }
  return bits;
}

export function fromHalf(bits: Uint16Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(bits, (half) => {
    const sign = half >> 15 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 0) return sign * 2 ** -24 * fraction;
    return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
  });
}

function roundEven(value: number): number {
  const whole = Math.floor(value);
  const rest = value - whole;
  if (rest !== 0.5) return Math.round(value);
  return whole % 2 === 0 ? whole : whole + 1;
}
