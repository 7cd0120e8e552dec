import { expect, it } from "vitest";
import { VaekitError } from "./errors.ts";
import { nativePackage } from "./native-package.ts";

it("says what a package that has no part for this system does, in one sentence", async () => {
  const missing = new Error("Cannot find module '@img/sharp-plan9'\nRequire stack:\n- /a/b.js");
  const loading = nativePackage("sharp", "reads images", () => Promise.reject(missing));
  await expect(loading).rejects.toThrow(VaekitError);
  await expect(loading).rejects.toThrow(
    /^sharp, which reads images, does not load on this system \(Cannot find module '@img\/sharp-plan9'\); install vaekit again here, with optional packages$/,
  );
  expect(await nativePackage("sharp", "reads images", async () => 7)).toBe(7);
});
