import { posix } from "node:path";
import ts from "typescript";

/** What each room may import besides itself: a room, or one file of it. Rooms listed nowhere do not exist. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  graph: [],
  onnx: ["graph"],
  nn: ["graph"],
  models: ["nn", "graph"],
  threads: [],
  kernels: ["threads"],
  runtime: ["threads"],
  plot: [],
  data: ["kernels"],
  train: ["models", "nn", "graph", "onnx", "data", "kernels", "threads", "runtime/session.ts"],
  evaluate: ["models", "nn", "graph", "onnx", "data", "kernels", "runtime/session.ts"],
  run: ["models", "nn", "graph", "onnx", "train", "evaluate", "data", "kernels", "runtime/session.ts"],
  doctor: ["train", "run", "evaluate", "models", "nn", "data"],
  report: [
    "plot",
    "evaluate",
    "run",
    "models",
    "data",
    "vae.ts",
    "vae-model.ts",
    "vae-architecture.ts",
    "open-run-data.ts",
  ],
};

/** Rooms that may import everything; so may the package's own modules, `src/*.ts`. */
const UNRESTRICTED = new Set(["cli"]);

/** Files at the bottom: every room but graph may import them, and they import one another only. */
const COMMON = new Set(["errors.ts", "suggest.ts", "settings.ts", "format.ts", "version.ts", "breathe.ts"]);

/** Paths like `src/graph/node.ts` with the text of the file. */
export type Sources = Readonly<Record<string, string>>;

/** One sentence for each import, export or file that breaks the rules between rooms. */
export function violations(sources: Sources): string[] {
  return Object.entries(sources).flatMap(([path, text]) => [
    ...importedBy(path, text).flatMap((imported) => importViolation(path, imported) ?? []),
    ...exportViolations(path, text),
  ]);
}

/** Static, dynamic and type imports, and exports from other files: relative ones as paths from the repository's root. */
function importedBy(path: string, text: string): string[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) =>
      fileName.startsWith(".") ? posix.join(posix.dirname(path), fileName) : fileName,
    );
}

/** The path within src, and the room: none for `src/*.ts`. */
function locate(path: string): { inside: string; room: string | undefined } {
  const inside = path.slice("src/".length);
  return { inside, room: inside.includes("/") ? inside.slice(0, inside.indexOf("/")) : undefined };
}

function importViolation(path: string, imported: string): string | undefined {
  const { inside, room } = locate(path);
  const report = (reason: string) => `${path} imports ${imported}: ${reason}`;
  const isOurs = /^(src|test|bench|examples|scripts|docs|studio|\.\.)\//.test(imported);
  if (!isOurs) return room === "graph" ? report("graph imports no packages") : undefined;
  if (!imported.startsWith("src/")) return report("only what is in src is part of the package");
  if (isForTests(imported)) return report("it is only there for tests");

  const target = locate(imported);
  if (COMMON.has(inside))
    return COMMON.has(target.inside) ? undefined : report(`${inside} is common to all and imports no room`);
  if (room === undefined || UNRESTRICTED.has(room) || room === target.room) return undefined;
  if (COMMON.has(target.inside)) return room === "graph" ? report("graph imports nothing") : undefined;
  const allowed = ALLOWED[room];
  if (!allowed) return report(`the room ${room} has no rule`);
  if (allowed.some((each) => each === target.room || each === target.inside)) return undefined;
  return report(`${room} may import ${allowed.join(", ") || "no other room"}`);
}

/** Test files and what they share: the rules are about the product. */
export function isForTests(path: string): boolean {
  return path.endsWith(".test.ts") || path.includes("/testing/");
}

function exportViolations(path: string, text: string): string[] {
  const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const found: string[] = [];
  if (statements.some(isDefaultExport)) found.push(`${path} has a default export`);
  const onlyPassesOn = statements.every(
    (each) => ts.isImportDeclaration(each) || ts.isExportDeclaration(each),
  );
  if (locate(path).room !== undefined && onlyPassesOn)
    found.push(`${path} only re-exports: import the files themselves`);
  return found;
}

function isDefaultExport(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true;
  if (
    ts.isExportDeclaration(statement) &&
    statement.exportClause &&
    ts.isNamedExports(statement.exportClause)
  )
    return statement.exportClause.elements.some(({ name }) => name.text === "default");
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}
