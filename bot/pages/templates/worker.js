// Answers where there is no network, for who chose to keep help on this phone. It never keeps or touches a talk.
"use strict";

const NAME = "signpost-{{ version }}";
const PAGE = {{ page | tojson }};
const FILES = {{ files | tojson }};

const fetchAll = async () => {
  const cache = await caches.open(NAME);
  await cache.addAll([PAGE, ...FILES].map((path) => new Request(path, { cache: "reload", credentials: "omit" })));
  await self.skipWaiting();
};

const tidy = async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith("signpost-") && name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
};

self.addEventListener("install", (event) => event.waitUntil(fetchAll()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const path = new URL(url).pathname;
  const kept = mode === "navigate" ? PAGE : path;
  if (method !== "GET" || new URL(url).origin !== self.location.origin) return;
  if (mode !== "navigate" && !FILES.includes(path)) return;
  event.respondWith(fetch(event.request).catch(async () => (await caches.match(kept)) ?? Response.error()));
});
