import { writeReport } from "../../report/write-report.ts";
import { watched } from "../progress.ts";
import type { WorkKind } from "./kind.ts";

export const report: WorkKind = {
  about: "report.html: one page with everything about a run, its pictures included",
  flags: [],
  async make({ run, io }) {
    return [{ file: await watched(io, "report", "examples", (work) => writeReport(run.directory, work)) }];
  },
};
