/**
 * The door's service worker: the page and its code open without a network, so that a ticket can be
 * shown; what it shows is kept by the page itself. Nothing of the service's answers is kept here.
 */
const worker = self as unknown as ServiceWorkerGlobalScope;

/** Written in when the pages are built: the files of the search and of booking, not the map's. */
const shell: string[] = JSON.parse("@shell@") as string[];
const store = "aspan-door-@version@";
const page = "/go";
const patienceMs = 4000;

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(store).then((cache) => cache.addAll([page, ...shell])).then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("aspan-door-") && name !== store).map((name) => caches.delete(name))))
      .then(() => worker.clients.claim()),
  );
});

/** The page as it is now; as it was kept where there is no network, or one that is too slow. */
async function open(request: Request): Promise<Response> {
  const kept = await caches.match(page);
  try {
    const answer = await fetch(request, kept === undefined ? {} : { signal: AbortSignal.timeout(patienceMs) });
    if (answer.ok || kept === undefined) return answer;
  } catch (error) {
    if (kept === undefined) throw error;
  }
  return kept;
}

worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (event.request.mode === "navigate") {
    if (url.pathname === page) event.respondWith(open(event.request));
  } else if (shell.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(event.request)));
  }
});
