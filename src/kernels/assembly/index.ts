/**
 * What the WebAssembly module exports; addresses are byte offsets into its memory, lengths count elements.
 */

import { chunk } from "./philox";

export { adam } from "./adam";
export { binarize } from "./binarize";
export { convertUint8 } from "./convert";
export { dropoutMask } from "./mask";
export { firstNonFinite, flush, sumOfSquares } from "./norm";
export { normal } from "./normal";
export { drawWords, seek } from "./philox";
export { sgd } from "./sgd";
export { finish, help, offerAdam, teamBytes } from "./team";
export { uniform } from "./uniform";

/** Address of the words written by `drawWords`. */
export function wordsAddress(): usize {
  return chunk;
}

/** First address not used by the module itself. */
export function freeAddress(): usize {
  return __heap_base;
}
