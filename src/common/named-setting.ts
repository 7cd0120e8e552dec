import { flagName, shellWord } from "./format.ts";

/** A setting as messages name it in code, in backticks: `scale`, or `scale: 255`. The command line names flags instead. */
export function asSetting(name: string, value?: unknown): string {
  return value === undefined ? `\`${name}\`` : `\`${name}: ${JSON.stringify(value)}\``;
}

/** Settings that have another flag than their name. */
const OTHER_FLAGS: Readonly<Record<string, string>> = { columns: "column" };

/** A message with the flags of the settings that it names by {@link asSetting}. */
export function settingsAsFlags(message: string): string {
  return message
    .replace(/`(\w+)(?:: ([^`]+))?`/g, (whole, name: string, json: string | undefined) => {
      const flag = flagName(OTHER_FLAGS[name] ?? name);
      if (json === undefined || json === "true") return flag;
      try {
        return `${flag} ${shellWord(textOf(JSON.parse(json)))}`;
      } catch {
        return whole;
      }
    })
    .replace(/--likelihood gaussian$/, "--likelihood gaussian, or auto, which suits the data");
}

/** `255`, `age=count` */
function textOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, each]) => `${name}=${each}`)
    .join(",");
}
