import { expect, it } from "vitest";
import { emptyRows, piecesOf, type Storage } from "../storage.ts";

/** Five examples of three values, as every storage under test holds them. */
export const STORED = Int16Array.of(10, 0, 12, 20, 21, 0, 0, 31, 32, 40, 41, 42, 50, 0, 0);

const rowsAt = (...indices: number[]) => indices.flatMap((i) => [...STORED.subarray(3 * i, 3 * i + 3)]);

/** What every storage does. @param make a storage of {@link STORED} */
export function storageContract(make: () => Storage | Promise<Storage>): void {
  const gathered = (storage: Storage, ...indices: number[]) => {
    const into = emptyRows(storage.type, indices.length * storage.size).fill(7);
    storage.gather(indices, into);
    return [...into];
  };

  it("says what it holds", async () => {
    expect(await make()).toMatchObject({ type: "Int16Array", examples: 5, size: 3 });
  });

  it("gives ranges", async () => {
    const storage = await make();
    expect(storage.range(1, 3)).toEqual(Int16Array.from(rowsAt(1, 2)));
    expect(storage.range(0, 5)).toEqual(STORED);
  });

  it("gathers in any order, repeatedly", async () => {
    const storage = await make();
    expect(gathered(storage, 4, 0, 4)).toEqual(rowsAt(4, 0, 4));
    expect(gathered(storage, 2, 1)).toEqual(rowsAt(2, 1));
    expect(gathered(storage, 3, 0)).toEqual(rowsAt(3, 0));
  });

  it("writes no more than it gathers", async () => {
    const into = new Int16Array(9).fill(7);
    (await make()).gather([1], into);
    expect([...into]).toEqual([...rowsAt(1), 7, 7, 7, 7, 7, 7]);
  });

  it("is sliced, and taken from, and both again", async () => {
    const part = (await make()).slice(1, 5);
    expect(part.examples).toBe(4);
    expect(gathered(part, 0, 3)).toEqual(rowsAt(1, 4));
    const taken = part.take([3, 0, 0]);
    expect(taken.examples).toBe(3);
    expect([...taken.range(0, 3)]).toEqual(rowsAt(4, 1, 1));
    expect([...taken.slice(1, 2).take([0]).range(0, 1)]).toEqual(rowsAt(1));
  });

  it("gives all in pieces", async () => {
    expect([...piecesOf(await make())].flatMap(({ rows }) => [...rows])).toEqual([...STORED]);
  });
}
