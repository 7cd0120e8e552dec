import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { CHECKS, examine } from "./examine.ts";

it("has a line in docs/doctor.md for each check, in their order", () => {
  const page = readFileSync(new URL("../../docs/doctor.md", import.meta.url), "utf8");
  const documented = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code);
  expect(documented).toEqual(CHECKS.map(({ code }) => code));
});

it("looks at nothing where there is nothing", () => {
  expect(examine({})).toEqual({ findings: [], checked: [], passed: [] });
});

it("says what was looked at", () => {
  const { findings, checked } = examine({ dataError: "rows.csv ends in the middle of a row" });
  expect(findings).toMatchObject([
    { code: "unreadable-data", evidence: "rows.csv ends in the middle of a row" },
  ]);
  expect(checked).toEqual(["data that can be read, and are finite"]);
});
