import { type Graph, type Tensor, topologicalOrder } from "./node.ts";

/**
 * The graph as text, one node a line in the order of computation:
 * `%3: float32[128, 500] = Gemm(%0, %1, %2) {"transA":false,"transB":false}`.
 */
export function print(graph: Graph): string {
  const numbers = new Map<Tensor, number>();
  const lines = topologicalOrder(Object.values(graph.outputs)).map((node) => {
    const number = numbers.size;
    numbers.set(node, number);
    return `%${number}: ${describe(node, numbers, (name) => name)}`;
  });
  const outputs = Object.entries(graph.outputs).map(([name, node]) => `${name} = %${numbers.get(node)}`);
  return `${lines.join("\n")}\nreturn ${outputs.join(", ")}\n`;
}

/**
 * Says whether two graphs compute the same: equal for equal structure, shapes and constants, whatever the names of
 * inputs and outputs (inputs count in order of first use, outputs in the order given). 128 bits, hexadecimal.
 */
export function structuralHash(graph: Graph): string {
  const numbers = new Map<Tensor, number>();
  const names = new Map<string, string>();
  const anonymous = (name: string) => {
    if (!names.has(name)) names.set(name, `input ${names.size}`);
    return names.get(name)!;
  };
  const hash = new Fnv128();
  for (const node of topologicalOrder(Object.values(graph.outputs))) {
    numbers.set(node, numbers.size);
    hash.update(describe(node, numbers, anonymous));
  }
  hash.update(
    Object.values(graph.outputs)
      .map((node) => numbers.get(node))
      .join(),
  );
  return hash.digest();
}

/** JSON that also tells apart the numbers JSON has no word for. */
export function attributesText(attributes: object): string {
  const replacer = (_: string, value: unknown) => {
    if (Object.is(value, -0)) return "-0";
    return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  };
  return JSON.stringify(attributes, replacer);
}

function describe(node: Tensor, numbers: Map<Tensor, number>, rename: (name: string) => string): string {
  const { name, shape: _, type: __, ...rest } = node.attributes as { name?: string; [key: string]: unknown };
  const attributes = name === undefined ? rest : { name: rename(name), ...rest };
  const inputs = node.inputs.map((input) => `%${numbers.get(input)}`).join(", ");
  const text = Object.keys(attributes).length > 0 ? ` ${attributesText(attributes)}` : "";
  return `${node.type}[${node.shape.join(", ")}] = ${node.operator}(${inputs})${text}`;
}

/** Fowler–Noll–Vo hash FNV-1a, 128 bits: enough to tell graphs apart, with no dependency. */
class Fnv128 {
  private static readonly prime = 0x0000000001000000000000000000013bn;
  private state = 0x6c62272e07bb014262b821756295c58dn;

  update(text: string): void {
    for (const byte of new TextEncoder().encode(`${text}\n`))
      this.state = ((this.state ^ BigInt(byte)) * Fnv128.prime) & ((1n << 128n) - 1n);
  }

  digest(): string {
    return this.state.toString(16).padStart(32, "0");
  }
}
