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

/** Linux keeps an ended process as a zombie until its parent reaps it; without an init process that may be never. */
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
