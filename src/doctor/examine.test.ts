import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { CHECKS, examine } from "./examine.ts";

it("has a line in docs/doctor.md for each check, in their order", () => {
  const page = readFileSync(new URL("../../docs/doctor.md", import.meta.url), "utf8");
  const documented = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code);
  expect(documented).toEqual(CHECKS.map(({ code }) => code));
});

it("says what was looked at, and finds nothing where there is nothing", () => {
  const { findings, checked } = examine({});
  expect(findings).toEqual([]);
  expect(checked).toEqual(["data that can be read, and are finite"]);
});
