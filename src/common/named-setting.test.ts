import { expect, it } from "vitest";
import { asSetting, settingsAsFlags } from "./named-setting.ts";

it.each([
  [`pass ${asSetting("scale", 255)}`, "pass `scale: 255`", "pass --scale 255"],
  [`leave ${asSetting("klWarmup")} out`, "leave `klWarmup` out", "leave --kl-warmup out"],
  [
    `pass ${asSetting("columns", { "day of week": "ignore" })}`,
    'pass `columns: {"day of week":"ignore"}`',
    "pass --column 'day of week=ignore'",
  ],
  [`pass ${asSetting("grey", true)} to`, "pass `grey: true` to", "pass --grey to"],
  [
    `pass ${asSetting("likelihood", "gaussian")}`,
    'pass `likelihood: "gaussian"`',
    "pass --likelihood gaussian, or auto, which suits the data",
  ],
])("%s names settings in code and flags on the command line", (message, inCode, onCommandLine) => {
  expect(message).toBe(inCode);
  expect(settingsAsFlags(message)).toBe(onCommandLine);
});
