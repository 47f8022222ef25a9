// The chat's page in another site's frame: what it hears from that site's page and tells it. Nothing of the talk is told.
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  const allowed = root.dataset.hosts.split(" ");
  const isFramed = window.parent !== window;
  const byId = (id) => document.getElementById(id);
  let host = null; // the origin of the page around us, once it has spoken

  const tell = (what) => {
    if (host !== null) window.parent.postMessage(`signpost:${what}`, host);
  };

  window.addEventListener("message", (event) => {
    if (!isFramed || event.source !== window.parent || !allowed.includes(event.origin)) return;
    if (event.data?.signpost !== "opened") return;
    host = event.origin;
    byId("leaves").hidden = !event.data.leaves;
    byId("hides").hidden = event.data.leaves;
    (byId("options").hidden ? byId("text") : byId("options")).focus({ preventScroll: true });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tell("close");
  });

  document.addEventListener("DOMContentLoaded", () => {
    byId("exit").addEventListener("click", (event) => {
      event.preventDefault();
      const elsewhere = event.currentTarget.href;
      document.body.replaceChildren();
      tell("leave");
      if (!isFramed) window.location.replace(elsewhere);
    });
  });
})();
