import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { ConfigError } from "../common/errors.ts";
import { hasCode } from "../files/file-error.ts";
import { studioApp } from "./app.ts";
import { pageFiles } from "./pages.ts";
import { Runs } from "./runs.ts";

export interface Studio {
  /** With the token, which the page takes out of the address. */
  readonly address: string;
  readonly port: number;
  readonly token: string;
  close(): Promise<void>;
}

/**
 * Starts the server on 127.0.0.1.
 * @param port 0: any that is free
 * @throws {RunError} when the run is none, {@link ConfigError} when the port is taken
 */
export async function startStudio({
  run,
  port,
}: {
  run?: string | undefined;
  port: number;
}): Promise<Studio> {
  const runs = await Runs.at(run);
  const pages = await pageFiles();
  const first = run === undefined ? undefined : await runs.add(run);
  const token = randomBytes(24).toString("base64url");
  const ending = new AbortController();
  let bound = port;
  const app = studioApp({ runs, pages, token, port: () => bound, signal: ending.signal, first });
  const server = await listening(app.fetch, port);
  bound = (server.address() as AddressInfo).port;
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  return {
    address: `http://127.0.0.1:${bound}/#token=${token}${first === undefined ? "" : `&run=${first}`}`,
    port: bound,
    token,
    async close() {
      ending.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listening(fetch: Parameters<typeof serve>[0]["fetch"], port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: "127.0.0.1" }, () => resolve(server)) as Server;
    server.once("error", (error) => {
      reject(
        hasCode(error, "EADDRINUSE") || hasCode(error, "EACCES")
          ? new ConfigError(`port ${port} cannot be had: leave --port out, and a free one is taken`, {
              cause: error,
            })
          : error,
      );
    });
  });
}
