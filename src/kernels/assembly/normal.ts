/**
 * Normal numbers after Box & Muller, "A note on the generation of random normal deviates" (1958): from the
 * words (w, a) of a pair, √(−2 ln u)·(cos θ, sin θ) with u = (w + ½)·2⁻³² in (0, 1) and θ = 2π·a·2⁻³². All 32
 * bits count on either side of u = ½, so the tails reach 6.76 standard deviations and nothing is infinite.
 * Logarithm, sine and cosine are the single-precision polynomials of Moshier's Cephes library, in plain
 * additions and multiplications, whose results are the same bits on every machine.
 */

import { storeUpTo } from "./lanes";
import { chunk, drawWords } from "./philox";

/** √(−2 ln((w + ½)·2⁻³²)). */
@inline
function radius(words: v128): v128 {
  // Whichever of u and 1 − u is at most ½ is kept to full relative precision.
  const upper = i32x4.shr_s(words, 31);
  const distance = f32x4.mul(
    f32x4.add(f32x4.convert_i32x4_s(v128.xor(words, upper)), f32x4.splat(0.5)),
    f32x4.splat(2.3283064365386963e-10),
  );
  const u = v128.bitselect(f32x4.sub(f32x4.splat(1), distance), distance, upper);

  // u = 2^e·(1 + f) with 1 + f in [√½, √2).
  const e = i32x4.shr_s(i32x4.sub(u, i32x4.splat(0x3f3504f3)), 23);
  const mantissa = i32x4.sub(u, i32x4.shl(e, 23));
  const nearOne = i32x4.eq(e, i32x4.splat(0));
  const f = v128.bitselect(f32x4.neg(distance), f32x4.sub(mantissa, f32x4.splat(1)), nearOne);

  const square = f32x4.mul(f, f);
  let p = f32x4.splat(7.0376836292e-2);
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.151461031e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1.167699874e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.2420140846e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1.4249322787e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.6668057665e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(2.0000714765e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-2.4999993993e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(3.3333331174e-1));
  p = f32x4.mul(f32x4.mul(p, f), square);
  // ln 2 in two parts, so that the product of e with the larger is exact.
  const exponent = f32x4.convert_i32x4_s(e);
  p = f32x4.add(p, f32x4.mul(exponent, f32x4.splat(-2.1219444e-4)));
  p = f32x4.sub(p, f32x4.mul(square, f32x4.splat(0.5)));
  const logarithm = f32x4.add(f32x4.add(p, f), f32x4.mul(exponent, f32x4.splat(0.693359375)));
  return f32x4.sqrt(f32x4.mul(logarithm, f32x4.splat(-2)));
}

/** Turns eight words, four pairs, into eight normal numbers in place. */
@inline
function transformPairs(address: usize): void {
  const first = v128.load(address);
  const second = v128.load(address, 16);
  const r = radius(v128.shuffle<i32>(first, second, 0, 2, 4, 6));
  const angle = v128.shuffle<i32>(first, second, 1, 3, 5, 7);

  // Turns are cut into quarters exactly, in integers; what remains is in [−π/4, π/4).
  const quarter = i32x4.shr_u(i32x4.add(angle, i32x4.splat(0x20000000)), 30);
  const remainder = i32x4.sub(angle, i32x4.shl(quarter, 30));
  const x = f32x4.mul(f32x4.convert_i32x4_s(remainder), f32x4.splat(1.4629180792671596e-9));
  const square = f32x4.mul(x, x);

  let s = f32x4.splat(-1.9515295891e-4);
  s = f32x4.add(f32x4.mul(s, square), f32x4.splat(8.3321608736e-3));
  s = f32x4.add(f32x4.mul(s, square), f32x4.splat(-1.6666654611e-1));
  const sine = f32x4.add(f32x4.mul(f32x4.mul(s, square), x), x);

  let c = f32x4.splat(2.443315711809948e-5);
  c = f32x4.add(f32x4.mul(c, square), f32x4.splat(-1.388731625493765e-3));
  c = f32x4.add(f32x4.mul(c, square), f32x4.splat(4.166664568298827e-2));
  c = f32x4.sub(f32x4.mul(f32x4.mul(c, square), square), f32x4.mul(square, f32x4.splat(0.5)));
  const cosine = f32x4.add(c, f32x4.splat(1));

  const odd = i32x4.shr_s(i32x4.shl(quarter, 31), 31);
  const sineSign = i32x4.shl(i32x4.shr_u(quarter, 1), 31);
  const cosineSign = v128.xor(sineSign, i32x4.shl(quarter, 31));
  const cosines = f32x4.mul(r, v128.xor(v128.bitselect(sine, cosine, odd), cosineSign));
  const sines = f32x4.mul(r, v128.xor(v128.bitselect(cosine, sine, odd), sineSign));
  v128.store(address, v128.shuffle<i32>(cosines, sines, 0, 4, 1, 5));
  v128.store(address, v128.shuffle<i32>(cosines, sines, 2, 6, 3, 7), 16);
}

/** mean + standardDeviation·z with z standard normal. */
export function normal(
  out: usize,
  length: u32,
  skip: u32,
  mean: f32,
  standardDeviation: f32,
): void {
  const centre = f32x4.splat(mean);
  const spread = f32x4.splat(standardDeviation);
  while (length > 0) {
    const count = drawWords(skip, length);
    const numbers = chunk + 4 * skip;
    const end = numbers + 4 * count;
    for (let address = chunk; address < end; address += 32) transformPairs(address);
    for (let i: u32 = 0; i < count; i += 4) {
      const z = v128.load(numbers + 4 * i);
      storeUpTo(out + 4 * i, count - i, f32x4.add(centre, f32x4.mul(spread, z)));
    }
    out += 4 * count;
    length -= count;
    skip = 0;
  }
}
