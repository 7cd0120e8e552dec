import { truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RowFileWriter, rowFileStorage } from "./row-file.ts";
import { STORED, storageContract } from "./testing/storage-contract.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

async function written(path = join(temporaryFolder(), "rows")): Promise<string> {
  const writer = await RowFileWriter.create(path, "Int16Array");
  await writer.add(STORED.subarray(0, 6));
  await writer.add(Int8Array.from(STORED.subarray(6)));
  await writer.close();
  return path;
}

const FACTS = { type: "Int16Array", size: 3, examples: 5 } as const;

describe("rowFileStorage", () => {
  storageContract(async () => rowFileStorage({ path: await written(), ...FACTS }));

  it("skips a header", async () => {
    const storage = rowFileStorage({ path: await written(), ...FACTS, examples: 4, offset: 6 });
    expect(storage.range(0, 4)).toEqual(STORED.subarray(3));
  });

  it("says when the file became shorter", async () => {
    const path = await written();
    const storage = rowFileStorage({ path, ...FACTS });
    truncateSync(path, 10);
    expect(() => storage.range(1, 2)).toThrow("it became shorter while it was used");
  });

  it("says when there is no such file, or none can be made", async () => {
    const path = join(temporaryFolder(), "none", "rows");
    expect(() => rowFileStorage({ path, ...FACTS })).toThrow("cannot be read, it does not exist");
    await expect(RowFileWriter.create(path, "Int16Array")).rejects.toThrow("name another folder by `cache`");
  });
});
