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

  // What the button at the top does here, also where the opening words speak of it.
  const nameWayOut = (leaves) => {
    byId("leaves").hidden = !leaves;
    byId("hides").hidden = leaves;
    if (leaves) return;
    const [usual, here] = [byId("leaves"), byId("hides")].map((label) => `"${label.textContent}"`);
    for (const paragraph of document.querySelectorAll(".theirs p")) {
      if (paragraph.textContent.includes(usual)) paragraph.textContent = paragraph.textContent.replace(usual, here);
    }
  };

  window.addEventListener("message", (event) => {
    if (!isFramed || event.source !== window.parent || !allowed.includes(event.origin)) return;
    if (event.data?.signpost !== "opened") return;
    host = event.origin;
    nameWayOut(event.data.leaves === true);
    (byId("options").hidden ? byId("text") : byId("options")).focus({ preventScroll: true });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tell("close");
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (!isFramed) nameWayOut(true);
    byId("exit").addEventListener("click", (event) => {
      event.preventDefault();
      const elsewhere = event.currentTarget.href;
      document.body.replaceChildren();
      try {
        window.sessionStorage.clear(); // what was typed and not sent
      } catch {
        // a browser that keeps nothing for us
      }
      tell("leave");
      if (!isFramed) window.location.replace(elsewhere);
    });
  });
})();
