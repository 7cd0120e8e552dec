import { timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";

/** No eval; WebAssembly may be compiled; nothing comes from elsewhere. Workers may be blobs: the second engine is one. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self' blob:",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/**
 * Refuses what does not come from this page: another host name (a rebound one leads here too), another origin, another
 * site.
 * @param port that the server listens on, once it is known
 */
export function guard(port: () => number): MiddlewareHandler {
  return async (context, next) => {
    const hosts = [`127.0.0.1:${port()}`, `localhost:${port()}`];
    const host = context.req.header("host") ?? "";
    const origin = context.req.header("origin");
    const site = context.req.header("sec-fetch-site");
    const isForeign =
      !hosts.includes(host) ||
      (origin !== undefined && origin !== `http://${host}`) ||
      site === "cross-site" ||
      site === "same-site";
    if (isForeign) return context.text("this server answers its own page only", 403);
    await next();
    for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
    if (!context.res.headers.has("Cache-Control")) context.header("Cache-Control", "no-store");
  };
}

/** Lets only those through who know the token that the server printed. */
export function requireToken(token: string): MiddlewareHandler {
  return async (context, next) => {
    const given = Buffer.from(context.req.header("x-vaekit-token") ?? "");
    const wanted = Buffer.from(token);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
      return context.json(
        { error: "the token is missing or wrong: open the address that vaekit printed" },
        403,
      );
    await next();
  };
}
