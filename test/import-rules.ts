import { posix } from "node:path";
import ts from "typescript";

/** Rooms whose files are read in Node and in browsers alike, lowest first; each with what it may import besides itself. */
const GRAPHS = ["graph", "nn", "models", "onnx"];
const NUMBERS = ["data", "kernels", "numerics", "runtime/session.ts"];
const TRAINING = [...GRAPHS, ...NUMBERS, "threads"];
const RUNS = ["train", "evaluate", "files", ...TRAINING];
const TASKS = ["vae", "doctor", "run", "runtime", ...RUNS];
const PICTURES = ["tasks", "plot", ...TASKS];

/** What each room may import besides itself and `common`: a room, or one file of it. Rooms listed nowhere do not exist. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  common: [],
  numerics: [],
  files: [],
  graph: [],
  onnx: ["graph"],
  nn: ["graph"],
  models: ["nn", "graph"],
  threads: [],
  plot: ["numerics"],
  kernels: ["threads"],
  runtime: ["threads"],
  data: ["kernels", "files", "numerics"],
  train: TRAINING,
  evaluate: [...GRAPHS, ...NUMBERS],
  run: RUNS,
  vae: ["run", ...RUNS],
  doctor: ["run", ...RUNS],
  tasks: TASKS,
  pictures: PICTURES,
  explorer: ["tasks", ...TASKS],
  report: ["explorer", "pictures", ...PICTURES],
  server: ["explorer", "tasks", ...TASKS],
  cli: ["server", "explorer", "report", "pictures", ...PICTURES],
};

/** The package's entries: they hand names on, and are the only files directly in `src`. */
const FACES = new Set(["index.ts", "node.ts", "web.ts", "plot.ts"]);

/** Paths like `src/graph/node.ts` with the text of the file. */
type Sources = Readonly<Record<string, string>>;

/** One sentence for each import, export or file that breaks the rules between rooms. */
export function violations(sources: Sources): string[] {
  return Object.entries(sources).flatMap(([path, text]) => [
    ...placeViolations(path),
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

function placeViolations(path: string): string[] {
  const { inside, room } = locate(path);
  if (room === undefined)
    return FACES.has(inside) ? [] : [`${path} lies directly in src: only ${[...FACES].join(", ")} may`];
  return room in ALLOWED ? [] : [`${path}: the room ${room} has no rule`];
}

/** The path within src, and the room: none for `src/*.ts`. */
function locate(path: string): { inside: string; room: string | undefined } {
  const inside = path.slice("src/".length);
  return { inside, room: inside.includes("/") ? inside.slice(0, inside.indexOf("/")) : undefined };
}

function importViolation(path: string, imported: string): string | undefined {
  const { room } = locate(path);
  const report = (reason: string) => `${path} imports ${imported}: ${reason}`;
  const isOurs = /^(src|test|bench|examples|scripts|docs|studio|\.\.)\//.test(imported);
  if (!isOurs) return room === "graph" ? report("graph imports no packages") : undefined;
  if (!imported.startsWith("src/")) return report("only what is in src is part of the package");
  if (isForTests(imported)) return report("it is only there for tests");

  const target = locate(imported);
  if (room === undefined || room === target.room) return undefined;
  if (target.room === "common") return room === "graph" ? report("graph imports nothing") : undefined;
  const allowed = ALLOWED[room] ?? [];
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

/** `export const x`, `export async function x`, `export interface X`, … */
const EXPORT =
  /^export (?:declare |abstract |async )*(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;
/** `import { a, type b as c } from "./file.ts"`, and the same with `export`. */
const NAMED = /(?:import|export)(?: type)?(?: \w+,)? \{([^}]*)\} from "([^"]+)"/g;
/** `import * as x from "./file.ts"`, `export * from "./file.ts"`, `import("./file.ts")`: any of its names may be used. */
const WHOLE = /(?:import|export) (?:type )?\*(?: as \w+)? from "([^"]+)"|import\(\s*"([^"]+)"/g;

/**
 * `path: name` for each name that a file of `sources` exports and no other file of `users` imports. The package's
 * entries are exempt, and what they hand on is used.
 */
export function unusedExports(sources: Sources, users: Sources): string[] {
  const used = new Set<string>();
  const resolved = (path: string, imported: string) =>
    imported.startsWith(".") ? posix.join(posix.dirname(path), imported) : imported;
  for (const [path, text] of Object.entries(users)) {
    for (const [, names, from] of text.matchAll(NAMED))
      for (const name of names!.split(",")) {
        const [exported] = name
          .replace(/^\s*type /, "")
          .trim()
          .split(" as ");
        used.add(`${resolved(path, from!)}: ${exported}`);
      }
    for (const [, from, dynamic] of text.matchAll(WHOLE))
      used.add(`${resolved(path, (from ?? dynamic)!)}: *`);
  }
  return Object.entries(sources)
    .filter(([path]) => locate(path).room !== undefined && !used.has(`${path}: *`))
    .flatMap(([path, text]) => [...text.matchAll(EXPORT)].map(([, name]) => `${path}: ${name}`))
    .filter((each) => !used.has(each));
}

/** Groups of files that import one another in a circle, each sorted. */
export function circles(sources: Sources): string[][] {
  const imports = new Map(
    Object.entries(sources).map(([path, text]) => [
      path,
      importedBy(path, text).filter((imported) => imported in sources),
    ]),
  );
  const reached = (from: string) => {
    const found = new Set<string>();
    const open = [...imports.get(from)!];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (found.has(path)) continue;
      found.add(path);
      open.push(...imports.get(path)!);
    }
    return found;
  };
  const below = new Map([...imports.keys()].map((path) => [path, reached(path)]));
  const groups = [...imports.keys()]
    .filter((path) => below.get(path)!.has(path))
    .map((path) =>
      [...imports.keys()]
        .filter((other) => below.get(path)!.has(other) && below.get(other)!.has(path))
        .sort(),
    );
  return [...new Map(groups.map((group) => [group.join(), group])).values()];
}
