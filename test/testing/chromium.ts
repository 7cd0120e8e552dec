import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium } from "playwright-core";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where a browser for tests is: `VAEKIT_CHROMIUM`, or where systems put it; undefined where there is none. */
export function chromiumPath(): string | undefined {
  return [process.env.VAEKIT_CHROMIUM, ...PATHS].find((path) => path && existsSync(path));
}

/** WebGPU is computed by SwiftShader where there is no GPU. */
export async function startChromium(): Promise<Browser> {
  const args = ["--no-sandbox", "--enable-unsafe-webgpu"];
  return chromium.launch({ executablePath: chromiumPath()!, args });
}

/** Files by path, on 127.0.0.1. @param isIsolated whether pages may share memory between threads */
export async function serve(
  files: Readonly<Record<string, { type: string; body: string | Uint8Array }>>,
  isIsolated: boolean,
): Promise<{ url: string; server: Server }> {
  const isolation = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  };
  const server = createServer(({ url }, response) => {
    const file = files[url ?? ""];
    response.writeHead(file ? 200 : 404, {
      ...(file && { "Content-Type": file.type }),
      ...(isIsolated && isolation),
    });
    response.end(file?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
