// Keeps the gate's page on the device, so that it opens without a network. What the service answers is not kept here.
const cacheName = "aspan-gate-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The page tells what it was made of; files of an older build are let go.
self.addEventListener("message", (event) => {
  const wanted = event.data?.keep;
  if (Array.isArray(wanted)) event.waitUntil(keep(wanted));
});

async function keep(paths) {
  const cache = await caches.open(cacheName);
  const known = (await cache.keys()).map((request) => new URL(request.url).pathname);
  await Promise.all(paths.filter((path) => path === "/gate" || !known.includes(path)).map((path) => cache.add(path)));
  await Promise.all(known.filter((path) => !paths.includes(path)).map((path) => cache.delete(path)));
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === "/gate") event.respondWith(fetch(event.request).catch(() => caches.match("/gate")));
  else if (url.pathname.startsWith("/assets/")) {
    event.respondWith(caches.match(url.pathname).then((found) => found ?? fetch(event.request)));
  }
});
