const MINUS = "\u2212";

/** 20000 → `20,000` */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** To a hundredth, with a true minus sign; a dash for what is not a number. */
export function formatNats(nats: number): string {
  return Number.isFinite(nats) ? nats.toFixed(2).replace("-", MINUS) : "–";
}

/** `8.2 s`, `42 s`, `2 min 05 s`, `3 h 05 min` */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/** `keepProbability` → `keep probability` */
export function settingName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
