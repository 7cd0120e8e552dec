import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Manifest } from "../../explorer/manifest.ts";
import { unpack } from "../../explorer/pack.ts";
import { vaekit } from "../testing/command-line.ts";
import { TINY_LATENT, trainTinyRun } from "../testing/tiny-run.ts";

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-export-"));
  await trainTinyRun(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

it("writes one page that names no other file", async () => {
  const { code, stderr, stdout } = await vaekit(folder, "export", "run", "--html", "--out", "page.html");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^page\.html: \d+ kB\n$/);
  const page = readFileSync(join(folder, "page.html"), "utf8");
  expect(page).not.toMatch(/<(script|link|img)[^>]+(src|href)=/);
  expect(page).toContain("default-src 'none'");
  const [, packed] = /id="run">([^<]*)</.exec(page)!;
  const { manifest, sections } = unpack<Manifest>(Buffer.from(packed!, "base64"));
  expect(manifest).toMatchObject({ name: "run", latent: TINY_LATENT, inputShape: [8, 8, 1], points: 60 });
  expect(sections.mean).toHaveLength(60 * TINY_LATENT);
  expect(sections.inputs).toHaveLength(60 * 64);
});

it("keeps a page that is there, and says what it needs", async () => {
  const again = await vaekit(folder, "export", "run", "--html", "--out", "page.html");
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("pass --force") });
  const none = await vaekit(folder, "export", "run");
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining("pass --html") });
  const wrong = await vaekit(folder, "export", "run", "--html", "--out", "page.htm");
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("must end in .html") });
  expect(existsSync(join(folder, "page.htm"))).toBe(false);
});
