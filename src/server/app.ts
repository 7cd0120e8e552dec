/**
 * The studio's server: hands out the page, the runs that it knows, and what happens in them. It listens on the loopback
 * interface only, answers its own page only, and changes nothing: whoever wants to look at another folder needs the
 * token. Runs are named by ids and pages by a list, so that no path comes in from outside but with the token.
 */
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { streamSSE } from "hono/streaming";
import { ConfigError, DataError, RunError, VaekitError } from "../common/errors.ts";
import { explorerPage } from "../explorer/page.ts";
import { packRun } from "../explorer/run-pack.ts";
import { RunDirectory } from "../run/directory.ts";
import { openRunData } from "../tasks/open-data.ts";
import { anomaliesOf } from "./anomalies.ts";
import { followRun } from "./follow.ts";
import { guard, requireToken } from "./guard.ts";
import { filmMoments, modelNow } from "./model-now.ts";
import { type PageFile, readPage } from "./pages.ts";
import type { Runs } from "./runs.ts";

interface AppOptions {
  readonly runs: Runs;
  readonly pages: ReadonlyMap<string, PageFile>;
  readonly token: string;
  /** That the server listens on, once it is known. */
  readonly port: () => number;
  /** Ends streams. */
  readonly signal: AbortSignal;
  /** The run that was named on the command line. */
  readonly first?: string | undefined;
}

const MOST_BODY = 16 * 1024;
const MOST_STREAMS = 32;
const POINTS = 5000;
const MOST_PAGE_BYTES = 1_900_000;
const SPLITS = ["train", "validation", "test"] as const;

export function studioApp({ runs, pages, token, port, signal, first }: AppOptions): Hono {
  const app = new Hono();
  const inTurn = queue();
  let streams = 0;
  app.use("*", guard(port));
  app.onError((error, context) => {
    const isTheirs = error instanceof RunError || error instanceof DataError || error instanceof ConfigError;
    const message = error instanceof VaekitError ? error.message : "the server could not do this";
    return context.json({ error: message }, isTheirs ? 400 : 500);
  });
  app.notFound((context) => context.json({ error: "there is nothing at this address" }, 404));

  app.get("/api/runs", async (context) => context.json({ first: first ?? null, runs: await runs.list() }));
  app.get("/api/runs/:id/history", async (context) => {
    const run = await RunDirectory.open(runs.folder(context.req.param("id")));
    return context.json(await run.readHistory());
  });
  app.get("/api/runs/:id/config", async (context) => {
    const run = await RunDirectory.open(runs.folder(context.req.param("id")));
    return context.json(await run.readConfig());
  });
  app.get("/api/runs/:id/film", async (context) =>
    context.json(await filmMoments(runs.folder(context.req.param("id")))),
  );
  app.get("/api/runs/:id/pack", async (context) => {
    const folder = runs.folder(context.req.param("id"));
    const split = SPLITS.find((name) => name === context.req.query("split")) ?? "test";
    const points = wholeNumber(context.req.query("points"), POINTS, 60_000);
    const moment = context.req.query("iteration");
    const iteration = moment === undefined ? undefined : wholeNumber(moment, 0, Number.MAX_SAFE_INTEGER);
    const packed = await inTurn(async () => {
      const run = await modelNow(folder, iteration);
      try {
        const { [split]: data } = await openRunData(run.config.data, undefined, [split]);
        return await packRun(run, data, { points });
      } finally {
        await run.vae.dispose();
      }
    });
    return context.body(packed, 200, { "Content-Type": "application/octet-stream" });
  });
  app.get("/api/runs/:id/page", async (context) => {
    const folder = runs.folder(context.req.param("id"));
    const page = await inTurn(async () => {
      const run = await modelNow(folder);
      try {
        const { test } = await openRunData(run.config.data, undefined, ["test"]);
        return await explorerPage(
          await packRun(run, test, { points: 4000, mostBytes: MOST_PAGE_BYTES }),
          "latent space",
        );
      } finally {
        await run.vae.dispose();
      }
    });
    return context.body(page, 200, {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Disposition": 'attachment; filename="explorer.html"',
    });
  });
  app.get("/api/runs/:id/anomalies", async (context) => {
    const folder = runs.folder(context.req.param("id"));
    const count = wholeNumber(context.req.query("count"), 24, 200);
    const { anomalies, packed } = await inTurn(() => anomaliesOf(folder, count));
    return context.json({ anomalies, pack: Buffer.from(packed).toString("base64") });
  });
  app.get("/api/runs/:id/events", (context) => {
    const folder = runs.folder(context.req.param("id"));
    if (streams >= MOST_STREAMS) return context.json({ error: "too many pages follow runs: close one" }, 429);
    return streamSSE(context, async (stream) => {
      const closed = new AbortController();
      const end = () => closed.abort();
      stream.onAbort(end);
      signal.addEventListener("abort", end);
      streams++;
      try {
        for await (const { type, ...news } of followRun(folder, closed.signal))
          await stream.writeSSE({ event: type, data: JSON.stringify(news) });
      } finally {
        streams--;
        signal.removeEventListener("abort", end);
      }
    });
  });
  app.post(
    "/api/open",
    requireToken(token),
    bodyLimit({ maxSize: MOST_BODY, onError: tooLarge }),
    async (context) => {
      const body: unknown = await context.req.json().catch(() => undefined);
      const path = (body as { path?: unknown } | undefined)?.path;
      if (typeof path !== "string" || path === "" || path.includes("\0"))
        return context.json({ error: "the path of a run's folder is missing" }, 400);
      return context.json({ id: await runs.add(path) });
    },
  );
  app.get("*", async (context) => {
    const file = pages.get(new URL(context.req.url).pathname);
    if (!file) return context.notFound();
    const { bytes, headers } = await readPage(file, context.req.header("Accept-Encoding"));
    return context.body(bytes, 200, headers);
  });
  return app;
}

function tooLarge(context: Context): Response {
  return context.json({ error: `a request may have ${MOST_BODY} bytes` }, 413);
}

/** The engine has one thing to do at a time. */
function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
}

function wholeNumber(text: string | undefined, fallback: number, most: number): number {
  const value = Number(text ?? fallback);
  if (!Number.isSafeInteger(value) || value < 1 || value > most)
    throw new ConfigError(`${text} was asked for: it must be a whole number from 1 to ${most}`);
  return value;
}
