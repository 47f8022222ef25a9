// Quick exit: this page is taken out of the history entry it stands in, and nothing of it stays on the screen.
"use strict";

(() => {
  const TWICE_MS = 1000; // Esc pressed twice within this time leaves
  const exit = document.getElementById("exit");
  let pressed = -Infinity;

  const leave = () => {
    document.title = exit.dataset.title;
    document.body.replaceChildren();
    try {
      window.sessionStorage.clear(); // what was typed and not sent
    } catch {
      // a browser that keeps nothing for us
    }
    window.location.replace(exit.href);
  };

  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    if (event.timeStamp - pressed < TWICE_MS) leave();
    pressed = event.timeStamp;
  });
})();
