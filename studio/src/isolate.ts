const TRIED = "isolation-tried";

/**
 * Isolates the page by a service worker where the host does not: loads it once more when that is there. It goes on
 * without where service workers or storage are denied.
 * @returns whether the page is about to be loaded again
 */
export async function isolate(): Promise<boolean> {
  if (crossOriginIsolated || !("serviceWorker" in navigator) || !isSecureContext) return false;
  try {
    if (sessionStorage.getItem(TRIED)) return false;
    sessionStorage.setItem(TRIED, "yes");
    await navigator.serviceWorker.register("service-worker.js");
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller)
      await new Promise((resolve) => {
        navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
        setTimeout(resolve, 2000);
      });
    location.reload();
    return true;
  } catch {
    return false;
  }
}
