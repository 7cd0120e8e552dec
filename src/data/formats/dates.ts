/** Ways to write a date that can be told from each other without guessing. */
const ISO =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*(Z|[+-]\d{2}:?\d{2})?)?$/;
export const DOTTED_DATE = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;

/**
 * Seconds since 1970-01-01T00:00Z of an ISO 8601 date (2024-05-31, 2024/05/31, with a time or without one) or a
 * dotted one (31.05.2024); undefined for all else, such as 05/06/2024, which may be May or June. A time without a
 * zone is taken for UTC.
 */
export function secondsOf(text: string): number | undefined {
  const iso = ISO.exec(text);
  const dotted = iso ? null : DOTTED_DATE.exec(text);
  if (!iso && !dotted) return undefined;
  const [year, month, day] = iso ? [iso[1], iso[2], iso[3]] : [dotted![3], dotted![2], dotted![1]];
  const [hour, minute, second] = (iso ?? dotted!).slice(4, 7).map((part) => Number(part ?? 0));
  const days = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(days);
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (hour! > 24 || minute! > 59 || second! >= 61) return undefined;
  return days / 1000 + hour! * 3600 + minute! * 60 + second! - offsetOf(iso?.[7]);
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const digits = zone.replace(":", "");
  const seconds = Number(digits.slice(1, 3)) * 3600 + Number(digits.slice(3, 5)) * 60;
  return zone.startsWith("-") ? -seconds : seconds;
}
