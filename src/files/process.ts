import { readFileSync } from "node:fs";
import { hasCode } from "./file-error.ts";

/** Whether a process with this id runs on this machine. */
export function processExists(id: number): boolean {
  try {
    process.kill(id, 0);
  } catch (error) {
    if (!hasCode(error, "EPERM")) return false;
  }
  // Linux keeps an ended process as a zombie until its parent reaps it; without an init process that may be never.
  const state = factsOf(id)?.[0];
  return state !== "Z" && state !== "X";
}

/**
 * When a process started: the same text for the same process, another for every later one with its id.
 * @returns undefined where the system does not tell, or there is no such process
 */
export function startOf(id: number): string | undefined {
  const ticks = factsOf(id)?.[19];
  if (ticks === undefined) return undefined;
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()} ${ticks}`;
  } catch {
    return undefined;
  }
}

/** What Linux tells of a process behind its name, which may hold anything: state, parent, …, ticks from boot to start. */
function factsOf(id: number): string[] | undefined {
  try {
    const facts = readFileSync(`/proc/${id}/stat`, "latin1");
    return facts.slice(facts.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
