/**
 * Checks that everything a public entry exports says what it is: functions, classes and their methods, and every option
 * and field of the types of ours that they take or give. Prints what has no text and fails if there is any.
 */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("..", import.meta.url));
const ENTRIES = ["src/index.ts", "src/node.ts", "src/web.ts", "src/plot.ts"];

const { config } = ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram(
  ENTRIES.map((entry) => `${root}/${entry}`),
  options,
);
const checker = program.getTypeChecker();
const isOurs = (node) => node.getSourceFile().fileName.startsWith(`${root}src/`);
const hasText = (symbol) =>
  symbol.getDocumentationComment(checker).length > 0 || symbol.getJsDocTags(checker).length > 0;
const silent = new Set();
const place = (node) => relative(root, node.getSourceFile().fileName);

function report(symbol, owner = "") {
  const [declaration] = symbol.declarations ?? [];
  if (declaration && isOurs(declaration) && !hasText(symbol))
    silent.add(`${place(declaration)}: ${owner}${symbol.name}`);
}

for (const entry of ENTRIES) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(`${root}/${entry}`));
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    report(symbol);
    for (const declaration of symbol.declarations ?? []) {
      if (!isOurs(declaration)) continue;
      const isClass = ts.isClassDeclaration(declaration);
      if (!isClass && !ts.isInterfaceDeclaration(declaration)) continue;
      for (const member of declaration.members) {
        const isPrivate = ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private;
        const own = member.name && checker.getSymbolAtLocation(member.name);
        if (own && !isPrivate) report(own, `${symbol.name}.`);
      }
    }
  }
}
for (const each of [...silent].sort()) console.error(each);
if (silent.size > 0) {
  console.error(`${silent.size} exports, options or fields have no hover text`);
  process.exitCode = 1;
}
