// The button that prints, where there is a script to do it; without one, the words beside it say how.
"use strict";

(() => {
  const button = document.getElementById("print");
  button.hidden = false;
  button.addEventListener("click", () => window.print());
})();
