/**
 * Philox4x32-10, a counter-based generator: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3" (SC 2011). A block of four words is a bijection of a 128-bit counter under a 64-bit key; four
 * consecutive blocks are computed at once, one to a lane.
 */

const CHUNK_WORDS: u32 = 1024;
const MULTIPLIER0: u32 = 0xd2511f53;
const MULTIPLIER1: u32 = 0xcd9e8d57;
const WEYL0: u32 = 0x9e3779b9;
const WEYL1: u32 = 0xbb67ae85;

/**
 * Words in the order of their blocks; readers skip up to three words and load whole vectors, hence 16 bytes
 * more.
 */
export const chunk: usize = memory.data(4096 + 16, 64);

let key0: u32 = 0;
let key1: u32 = 0;
let block: u64 = 0;
let counter2: u32 = 0;
let counter3: u32 = 0;

/**
 * Sets the key and the 128-bit counter of the next block, least significant words first. The blocks that
 * follow count up in the low 64 bits.
 */
export function seek(
  keyLow: u32,
  keyHigh: u32,
  blockLow: u32,
  blockHigh: u32,
  counterHigh0: u32,
  counterHigh1: u32,
): void {
  key0 = keyLow;
  key1 = keyHigh;
  block = ((blockHigh as u64) << 32) | (blockLow as u64);
  counter2 = counterHigh0;
  counter3 = counterHigh1;
}

/**
 * Fills the chunk from the next block on, and moves past it if it is filled wholly.
 * @param skip words of the first block to leave out, 0 to 3
 * @returns how many of the `wanted` words stand in the chunk after the skipped ones
 */
export function drawWords(skip: u32, wanted: u32): u32 {
  const count = min(wanted, CHUNK_WORDS - skip);
  const end = chunk + 4 * (skip + count);
  for (let address = chunk; address < end; address += 64) {
    storeFourBlocks(address);
    block += 4;
  }
  return count;
}

@inline
function storeFourBlocks(address: usize): void {
  const first = i32x4.splat(block as u32);
  let x0 = i32x4.add(first, i32x4(0, 1, 2, 3));
  // A lane that wrapped past 2^32 compares below the first one; the mask is then -1: the carry.
  let x1 = i32x4.sub(i32x4.splat((block >> 32) as u32), i32x4.lt_u(x0, first));
  let x2 = i32x4.splat(counter2);
  let x3 = i32x4.splat(counter3);
  let k0 = i32x4.splat(key0);
  let k1 = i32x4.splat(key1);
  const m0 = i32x4.splat(MULTIPLIER0);
  const m1 = i32x4.splat(MULTIPLIER1);
  const w0 = i32x4.splat(WEYL0);
  const w1 = i32x4.splat(WEYL1);
  for (let round = 0; round < 10; round++) {
    const low0 = i64x2.extmul_low_i32x4_u(x0, m0);
    const high0 = i64x2.extmul_high_i32x4_u(x0, m0);
    const low2 = i64x2.extmul_low_i32x4_u(x2, m1);
    const high2 = i64x2.extmul_high_i32x4_u(x2, m1);
    // x xor key comes first, because the chain of dependent operations limits the speed.
    x0 = v128.xor(v128.shuffle<i32>(low2, high2, 1, 3, 5, 7), v128.xor(x1, k0));
    x1 = v128.shuffle<i32>(low2, high2, 0, 2, 4, 6);
    x2 = v128.xor(v128.shuffle<i32>(low0, high0, 1, 3, 5, 7), v128.xor(x3, k1));
    x3 = v128.shuffle<i32>(low0, high0, 0, 2, 4, 6);
    k0 = i32x4.add(k0, w0);
    k1 = i32x4.add(k1, w1);
  }
  // Transposed, so that the words of a block are neighbours.
  const a = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5);
  const b = v128.shuffle<i32>(x2, x3, 0, 4, 1, 5);
  const c = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7);
  const d = v128.shuffle<i32>(x2, x3, 2, 6, 3, 7);
  v128.store(address, v128.shuffle<i64>(a, b, 0, 2));
  v128.store(address, v128.shuffle<i64>(a, b, 1, 3), 16);
  v128.store(address, v128.shuffle<i64>(c, d, 0, 2), 32);
  v128.store(address, v128.shuffle<i64>(c, d, 1, 3), 48);
}
