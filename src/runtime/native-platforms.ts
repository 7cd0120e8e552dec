/** Which systems ONNX Runtime 1.30.0 has a native engine for: the folders of `bin/napi-v6` in onnxruntime-node. */
const NATIVE: Readonly<Record<string, readonly string[]>> = {
  linux: ["x64", "arm64"],
  darwin: ["arm64"],
  win32: ["x64", "arm64"],
};
const NATIVE_SYSTEMS = "Linux with glibc (x64, arm64), macOS (arm64) and Windows (x64, arm64)";

interface Machine {
  readonly platform: string;
  readonly architecture: string;
  /** On Linux: whether its C library is glibc, which the engine is linked with. */
  readonly hasGlibc: boolean;
}

export function thisMachine(): Machine {
  const { platform, arch: architecture } = process;
  return { platform, architecture, hasGlibc: platform === "linux" && usesGlibc() };
}

export function usesGlibc(): boolean {
  // The network section of a report resolves host names, which may take seconds.
  // excludeNetwork is from Node 20.13 on, and not in the types of Node 20.
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report;
  const before = report.excludeNetwork;
  report.excludeNetwork = true;
  const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } };
  report.excludeNetwork = before ?? false;
  return header?.glibcVersionRuntime !== undefined;
}

/** One clause: whether there is a native engine for the machine, and what to do about one that does not load. */
export function nativeAdvice({ platform, architecture, hasGlibc }: Machine): string {
  const name = `${platform} ${architecture}`;
  if (!NATIVE[platform]?.includes(architecture))
    return `there is no native engine for ${name}, only for ${NATIVE_SYSTEMS}`;
  if (platform === "linux" && !hasGlibc)
    return `there is no native engine for Linux with musl, only for ${NATIVE_SYSTEMS}`;
  return `there is a native engine for ${name}: install vaekit again, with its optional package koffi`;
}
