/** Of numbers that are as large as 1: what single precision cannot tell apart. */
const RESOLUTION = 2 ** -24;

/** A standard deviation to divide by: 1 for a constant, whose own is a rounding error, or 0. */
export function spreadOf(deviation: number, mean: number): number {
  return deviation > RESOLUTION * Math.abs(mean) ? deviation : 1;
}
