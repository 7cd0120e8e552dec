import { expect, test, vi } from "vitest";
import { ConfigError } from "../common/errors.ts";

test("a model without an engine says where one comes from", async () => {
  vi.resetModules();
  const { platform, providePlatform } = await import("./platform.ts");
  expect(() => platform()).toThrow(
    "there is no engine to run on and no place to save to: import vaekit/node or vaekit/web, or pass `runtime`",
  );
  const refusal = () => Promise.reject(new ConfigError("not here"));
  const own = { engine: refusal, load: refusal, save: refusal };
  providePlatform(own);
  expect(platform()).toBe(own);
});
