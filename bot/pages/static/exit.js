// Quick exit: this page is taken out of the history entry it stands in, and nothing of it stays on the screen.
"use strict";

document.getElementById("exit").addEventListener("click", (event) => {
  event.preventDefault();
  const elsewhere = event.currentTarget.href;
  document.body.replaceChildren();
  window.location.replace(elsewhere);
});
