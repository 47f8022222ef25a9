// Keeping help on this phone, and taking it off again. Nothing is kept before the button is pressed.
const byId = (id) => document.getElementById(id);
const [keep, install, remove] = ["keep", "install", "remove"].map(byId);
let prompt = null; // the browser's own question, where it has one

const tell = (id) => {
  for (const other of ["cannot", "done", "gone", "failed"]) byId(other).hidden = other !== id;
};

const offer = (isKept) => {
  keep.hidden = isKept;
  remove.hidden = !isKept;
  install.hidden = !isKept || prompt === null;
};

const start = async () => {
  keep.disabled = true;
  try {
    await navigator.serviceWorker.register("/worker.js");
    await navigator.serviceWorker.ready;
    tell("done");
    offer(true);
  } catch {
    tell("failed");
  }
  keep.disabled = false;
};

const stop = async () => {
  for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
  tell("gone");
  offer(false);
  keep.focus();
};

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  prompt = event;
  offer(keep.hidden);
});

if ("serviceWorker" in navigator) {
  keep.addEventListener("click", start);
  remove.addEventListener("click", stop);
  install.addEventListener("click", () => prompt.prompt());
  const isKept = (await navigator.serviceWorker.getRegistration()) !== undefined;
  tell(isKept ? "done" : null);
  offer(isKept);
}
