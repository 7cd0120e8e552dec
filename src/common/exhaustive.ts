import type * as z from "zod";

/** One schema for each field of a type: a field that is missing here, or unknown there, does not compile. */
export type Fields<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> };
/** Such schemas for each variant of a union. */
export type Variants<T extends { readonly type: string }> = {
  readonly [K in T["type"]]: Fields<Extract<T, { readonly type: K }>>;
};
