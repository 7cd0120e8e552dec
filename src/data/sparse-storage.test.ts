import { describe } from "vitest";
import { sparseStorage } from "./sparse-storage.ts";
import { STORED, storageContract } from "./testing/storage-contract.ts";

describe("sparseStorage", () =>
  storageContract(() => {
    const places = [...STORED.keys()].filter((i) => STORED[i] !== 0);
    return sparseStorage({
      offsets: Uint32Array.from({ length: 6 }, (_, row) => places.filter((i) => i < 3 * row).length),
      columns: Uint32Array.from(places, (i) => i % 3),
      values: Int16Array.from(places, (i) => STORED[i]!),
      size: 3,
    });
  }));
