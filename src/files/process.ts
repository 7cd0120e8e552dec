import { readFileSync } from "node:fs";
import { hasCode } from "./file-error.ts";

/** Whether a process with this id runs on this machine. */
export function processExists(id: number): boolean {
  try {
    process.kill(id, 0);
  } catch (error) {
    if (!hasCode(error, "EPERM")) return false;
  }
  return !hasEnded(id);
}

/** Linux keeps what has ended until its parent has asked how: in a container without an init process, for ever. */
function hasEnded(id: number): boolean {
  try {
    const facts = readFileSync(`/proc/${id}/stat`, "latin1");
    // The state stands behind the name, which may hold anything.
    const state = facts[facts.lastIndexOf(")") + 2];
    return state === "Z" || state === "X";
  } catch {
    return false;
  }
}
