import type { LongWork } from "../evaluate/row-function.ts";
import type { WorkKind } from "../pictures/kind.ts";
import { writeReport } from "../report/write-report.ts";
import { watched } from "./progress.ts";

export const report: WorkKind = {
  about: "report.html: one page with everything about a run, its pictures included",
  flags: ["data"],
  async make({ run, io, options: { data: source } }) {
    const write = (work: LongWork) => writeReport(run.directory, { source, ...work });
    return [{ file: await watched(io, "report", "examples", write) }];
  },
};
