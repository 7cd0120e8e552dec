import { describe } from "vitest";
import { memoryStorage, reorderedStorage, type Storage } from "./storage.ts";
import { STORED, storageContract } from "./testing/storage-contract.ts";

describe("memoryStorage", () => storageContract(() => memoryStorage(STORED, 3)));

describe("reorderedStorage", () =>
  storageContract((): Storage => {
    const reversed = STORED.slice();
    for (let i = 0; i < 5; i++) reversed.set(STORED.subarray((4 - i) * 3, (5 - i) * 3), i * 3);
    return reorderedStorage(memoryStorage(reversed, 3), Uint32Array.of(4, 3, 2, 1, 0));
  }));
