import { DataError } from "../../common/errors.ts";
import { asSetting } from "../../common/named-setting.ts";
import { suggest } from "../../common/suggest.ts";
import type { ColumnProfile } from "./column-profile.ts";
import { reasonAgainst } from "./finite.ts";
import type { ColumnKind, ReadColumn, ReadOptions } from "./format.ts";
import type { Table } from "./table.ts";

/** How a column of the file is used. */
export type ColumnRole =
  | { readonly role: "value"; readonly column: ReadColumn }
  | { readonly role: "label" | "group" | "split" | "id" | "ignore" };

/** Share of numbers above which a text among them is an error rather than a category. */
const MOSTLY = 0.9;
/** Smallest number of rows to decide whether a text column names the rows. */
const FEWEST_TO_JUDGE = 20;
const NAMES_OF_IDENTIFIERS = /^(index|id|row|row.?(id|number)|unnamed: 0|.*[_ .-]id)$/i;

/** The kinds that were said, by column. @throws {DataError} when a name is none of the table's */
export function saidKinds(table: Table, options: ReadOptions): (ColumnKind | undefined)[] {
  const known = Object.entries(options.known ?? {}).filter(([name]) => table.names.includes(name));
  const said = new Map([...known, ...Object.entries(options.columns ?? {})]);
  for (const role of ["label", "group", "split"] as const) {
    const name = options[role];
    const isAbsent = options.known !== undefined && name !== undefined && !table.names.includes(name);
    if (name !== undefined && !isAbsent) said.set(name, role);
  }
  for (const name of said.keys()) {
    if (table.names.includes(name)) continue;
    const some = table.names.slice(0, 20).join(", ") + (table.names.length > 20 ? ", …" : "");
    const near = suggest(name, table.names);
    const hint = near === undefined ? "" : ` (did you mean '${near}'?)`;
    throw new DataError(`${table.file} has no column '${name}'${hint}; its columns are ${some}`);
  }
  return table.names.map((name) => said.get(name));
}

/**
 * @param notes takes what was decided from the content and may surprise
 * @throws {DataError} naming row and column of a value that the kind cannot have
 */
export function roleOf(
  index: number,
  profile: ColumnProfile,
  said: ColumnKind | undefined,
  rows: number,
  table: Table,
  notes: string[],
): ColumnRole {
  const name = table.names[index]!;
  const keep = (kind: string) => `; ${asSetting("columns", { [name]: kind })} keeps it`;
  if (said !== undefined && isRole(said)) return { role: said };
  if (said === undefined) {
    if (profile.present === 0) {
      notes.push(`the column '${name}' is empty and is left out`);
      return { role: "ignore" };
    }
    if (isIdentifier(name, profile, rows)) {
      notes.push(`the column '${name}' names the rows${keep(profile.isNumeric ? "real" : "categorical")}`);
      return { role: "id" };
    }
    if (!profile.isNumeric && !profile.dates && profile.texts.size > Math.max(1000, rows / 2)) {
      notes.push(
        `the column '${name}' has a text of its own in most rows and is left out${keep("categorical")}`,
      );
      return { role: "ignore" };
    }
  }
  const kind = said ?? guess(profile);
  refuseUnfit(table, name, profile, kind);
  if (kind !== "categorical" && !(kind === "binary" && !profile.isBits))
    return { role: "value", column: { name, kind } };
  return { role: "value", column: { name, kind, categories: profile.categories() } };
}

function isRole(kind: ColumnKind): kind is "label" | "group" | "split" | "id" | "ignore" {
  return ["label", "group", "split", "id", "ignore"].includes(kind);
}

function isIdentifier(name: string, profile: ColumnProfile, rows: number): boolean {
  if (profile.isNumeric)
    return (
      rows > 2 &&
      profile.counting &&
      profile.numbers === rows &&
      profile.whole &&
      NAMES_OF_IDENTIFIERS.test(name)
    );
  return rows >= FEWEST_TO_JUDGE && !profile.dates && profile.texts.size === rows;
}

function guess(profile: ColumnProfile): ReadColumn["kind"] {
  if (profile.isBits) return "binary";
  if (profile.isNumeric) return profile.isCount ? "count" : "real";
  if (profile.dates && profile.numbers === 0) return "date";
  if (profile.numbers >= MOSTLY * profile.present) return "real";
  return profile.numbers === 0 && profile.texts.size === 2 ? "binary" : "categorical";
}

function refuseUnfit(table: Table, name: string, profile: ColumnProfile, kind: ReadColumn["kind"]): void {
  const at = (row: number) => `${table.file}: ${table.place(row)}, column '${name}'`;
  const { refused, firstText } = profile;
  if (kind === "categorical" || kind === "binary") {
    const categories = profile.texts.size;
    if (profile.isBeyondCategories)
      throw new DataError(
        `${table.file}: column '${name}' has more than ${categories} categories: pass ${asSetting("columns", { [name]: "ignore" })}`,
      );
    if (kind === "binary" && profile.categories().length > 2)
      throw new DataError(
        `${table.file}: column '${name}' has ${profile.categories().length} different values; binary ones are two: pass ${asSetting("columns", { [name]: "categorical" })}`,
      );
    return;
  }
  if (kind === "date") {
    if (profile.textCells > 0 && !profile.dates)
      throw new DataError(
        `${table.file}: column '${name}' has texts such as '${firstText!.text}' that are no dates; write them as 2024-05-31`,
      );
    return;
  }
  if (firstText)
    throw new DataError(
      `${at(firstText.row)} is '${firstText.text}' where ${profile.numbers} others are numbers: correct it, leave it empty, or pass ${asSetting("columns", { [name]: "categorical" })}`,
    );
  if (refused) throw new DataError(`${at(refused.row)} is ${refused.value}, ${reasonAgainst(refused.value)}`);
  if (kind === "count" && !(profile.whole && (profile.least >= 0 || profile.numbers === 0)))
    throw new DataError(
      `${table.file}: column '${name}' has values from ${profile.least} to ${profile.greatest} and not only whole numbers from 0, as counts are: pass ${asSetting("columns", { [name]: "real" })}`,
    );
}
