import { hasCode } from "./file-error.ts";

/** Whether a process with this id runs on this machine. */
export function processExists(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}
