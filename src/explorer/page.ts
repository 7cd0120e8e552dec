import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { RunError } from "../common/errors.ts";

const TEMPLATE = "vaekit/studio/explorer.html";
const PLACE = "<!--run-->";

/**
 * The explorer as one HTML file that needs no other and no network.
 * @param packed what the page shows
 * @throws {RunError} when vaekit was installed without its pages
 */
export async function explorerPage(packed: Uint8Array, title: string): Promise<string> {
  const template = await readFile(createRequire(import.meta.url).resolve(TEMPLATE), "utf8").catch((error) => {
    throw new RunError("the explorer's page is missing from vaekit: run npm run build:studio", {
      cause: error,
    });
  });
  const data = Buffer.from(packed).toString("base64");
  const element = `<script type="application/octet-stream" id="run">${data}</script>`;
  // Not by a pattern: the replacement may hold dollar signs.
  const [head, tail] = template.split(PLACE) as [string, string];
  return head.replace("<title>vaekit</title>", () => `<title>${escapeText(title)}</title>`) + element + tail;
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
