import { expect, it } from "vitest";
import { requireWebAssembly } from "./require-webassembly.ts";

it("says what a browser lacks", () => {
  requireWebAssembly(WebAssembly);
  expect(() => requireWebAssembly(undefined)).toThrow("this browser has no WebAssembly");
  expect(() => requireWebAssembly({ validate: () => false })).toThrow("has no SIMD instructions");
});
