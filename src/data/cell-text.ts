import { DOTTED_DATE } from "./formats/dates.ts";
import type { Column } from "./schema.ts";

/** Significant digits of an imputed number: more would promise what single precision and a model do not have. */
const DIGITS = 6;

/**
 * A value as a cell of its column has it: a category by its name, a count without decimals, a date as one.
 * @param sample another cell of the column, whose form dates follow
 */
export function cellText(
  value: number,
  column: Column | undefined,
  { isDate = false, sample }: { isDate?: boolean; sample?: string | undefined } = {},
): string {
  if (isDate) return dateText(value, sample);
  switch (column?.kind) {
    case "categorical":
    case "binary":
      return column.categories?.[value] ?? String(value);
    case "count":
      return String(Math.max(0, Math.round(value)));
    default:
      return String(Number(value.toPrecision(DIGITS)));
  }
}

/** @param seconds since 1970 */
function dateText(seconds: number, sample = ""): string {
  const iso = new Date(1000 * Math.round(seconds)).toISOString();
  const [day, time] = [iso.slice(0, 10), iso.slice(11, 19)];
  const hasTime = /\d:\d/.test(sample);
  if (!DOTTED_DATE.test(sample)) {
    const text = sample.includes("/") ? day.replaceAll("-", "/") : day;
    return hasTime ? `${text}${sample.includes("T") ? "T" : " "}${time}` : text;
  }
  const dotted = day.split("-").reverse().join(".");
  return hasTime ? `${dotted} ${time}` : dotted;
}
