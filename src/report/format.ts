const MINUS = "\u2212";

/** To a hundredth, with a true minus sign; a dash for what is not a number. */
export function formatNats(nats: number): string {
  if (!Number.isFinite(nats)) return "–";
  return nats
    .toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })
    .replace("-", MINUS);
}

/** `keepProbability` → `keep probability` */
export function settingName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
