import { expect, it } from "vitest";
import { DataError } from "../common/errors.ts";
import { pack, unpack } from "./pack.ts";

it("gives back what was packed", () => {
  const sections = {
    bytes: Uint8Array.of(1, 2, 255),
    signed: Int8Array.of(-128, 127),
    halves: Uint16Array.of(65535),
    whole: Int32Array.of(-1, 2 ** 30),
    single: Float32Array.of(0.1, Number.NEGATIVE_INFINITY),
  };
  expect(unpack(pack({ name: "ä </script>" }, sections))).toEqual({
    manifest: { name: "ä </script>" },
    sections,
  });
});

it("says when it is damaged", () => {
  expect(() => unpack(Uint8Array.of(1, 2, 3))).toThrow(DataError);
  expect(() => unpack(pack({}, { a: new Float32Array(999) }).subarray(0, 20))).toThrow("damaged");
});
