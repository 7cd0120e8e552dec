import { parseHTML } from "linkedom";
import { expect, it } from "vitest";
import type { Column } from "../../data/schema.ts";
import { tableColumns, valuesTable } from "./table.ts";

const COLUMNS: Column[] = [
  { kind: "real", name: "height" },
  { kind: "count", name: "children" },
  { kind: "binary", name: "smoker", categories: ["no", "yes"] },
  { kind: "categorical", name: "city", classes: 3, categories: ["Bern", "Lima", "Oslo"] },
  { kind: "real", name: "joined" },
];

it("writes numbers alike, categories by name, and dates as dates", () => {
  const columns = tableColumns(COLUMNS, { joined: "date" })!;
  const day = Date.UTC(2024, 4, 31) / 1000;
  const groups = [
    [
      { label: "example 0", values: [176.25, 2, 1, 2, day] },
      { label: "reconstruction", values: [-3.1, 1.6, 0, 0, day + 86_400] },
    ],
    [{ label: "example 1", values: [Number.NaN, 0, 1, 1, Number.NaN] }],
  ];
  const { document } = parseHTML(`<html><body>${valuesTable(columns, groups).text}</body></html>`);
  const lines = [...document.querySelectorAll("tr")].map((row) =>
    [...row.querySelectorAll("th, td")].map((cell) => cell.textContent),
  );
  expect(lines).toEqual([
    ["", "height", "children", "smoker", "city", "joined"],
    ["example 0", "176.3", "2", "yes", "Oslo", "2024-05-31"],
    ["reconstruction", "−3.1", "2", "no", "Bern", "2024-06-01"],
    ["example 1", "–", "0", "yes", "Lima", "–"],
  ]);
  expect(document.querySelectorAll("tbody")).toHaveLength(2);
});

it("gives small numbers decimals, and whole ones none", () => {
  const columns = tableColumns([
    { kind: "real", name: "a" },
    { kind: "real", name: "b" },
  ])!;
  const rows = [
    { label: "x", values: [0.0123, 5] },
    { label: "y", values: [0.1, 7] },
  ];
  const { text } = valuesTable(columns, [rows]);
  for (const cell of ["0.012", "0.100", ">5<", ">7<"]) expect(text).toContain(cell);
});

it("is no table where columns have no names, or are too many", () => {
  expect(tableColumns(undefined)).toBeUndefined();
  expect(tableColumns(Array.from({ length: 60 }, () => COLUMNS[0]!))).toBeUndefined();
});
