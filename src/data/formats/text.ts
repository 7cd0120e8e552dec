/** The UTF-16 that a text begins as, by its byte order mark or by zero bytes at every other place. */
export function utf16Of(head: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  for (let i = 0; i < head.length; i++) if (head[i] === 0) zeros[i % 2]!++;
  const most = 0.2 * head.length;
  if (zeros[1]! > most && zeros[0] === 0) return "utf-16le";
  if (zeros[0]! > most && zeros[1] === 0) return "utf-16be";
  return undefined;
}

/** Whether bytes can be text: no zero bytes, unless as in UTF-16, and few control characters. */
export function isText(head: Uint8Array): boolean {
  if (head.length === 0) return false;
  if (utf16Of(head)) return true;
  return !head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27));
}

/** The same text without its byte order mark, from UTF-16 turned into UTF-8. */
export async function* asUtf8(blocks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let decoder: TextDecoder | undefined;
  let isFirst = true;
  const encoder = new TextEncoder();
  for await (const block of blocks) {
    if (isFirst) {
      isFirst = false;
      const utf16 = utf16Of(block.subarray(0, 4096));
      if (utf16) decoder = new TextDecoder(utf16);
      else {
        yield block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf ? block.subarray(3) : block;
        continue;
      }
    }
    yield decoder ? encoder.encode(decoder.decode(block, { stream: true })) : block;
  }
}

/** Lines of UTF-8 text, without their ends; empty ones too. */
export async function* linesOf(blocks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const block of asUtf8(blocks)) {
    const lines = (rest + decoder.decode(block, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
