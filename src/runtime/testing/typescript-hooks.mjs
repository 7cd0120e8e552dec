import { readFile } from "node:fs/promises";
import typescript from "typescript";

export async function load(url, context, nextLoad) {
  if (!url.endsWith(".ts")) return nextLoad(url, context);
  const { ESNext } = typescript.ModuleKind;
  const compilerOptions = {
    module: ESNext,
    target: typescript.ScriptTarget.ES2022,
    verbatimModuleSyntax: true,
  };
  const { outputText } = typescript.transpileModule(await readFile(new URL(url), "utf8"), {
    compilerOptions,
  });
  return { format: "module", source: outputText, shortCircuit: true };
}
