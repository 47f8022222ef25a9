// The size of the words, as this browser was told. It is kept here and never sent; without it, all stays as it is.
"use strict";

(() => {
  const PLACE = "signpost-size";
  const root = document.documentElement;
  const set = (size) => {
    root.classList.remove("large", "largest");
    if (size) root.classList.add(size);
  };
  const kept = () => {
    try {
      const size = localStorage.getItem(PLACE);
      return ["large", "largest"].includes(size) ? size : "";
    } catch {
      return "";
    }
  };
  const keep = (size) => {
    try {
      if (size) localStorage.setItem(PLACE, size);
      else localStorage.removeItem(PLACE);
    } catch {
      // for this page only, then
    }
  };

  set(kept());
  document.addEventListener("DOMContentLoaded", () => {
    const sizes = document.getElementById("sizes");
    if (!sizes) return;
    const buttons = [...sizes.querySelectorAll("button")];
    const mark = (size) => buttons.forEach((each) => each.setAttribute("aria-pressed", String(each.value === size)));
    sizes.hidden = false;
    mark(kept());
    sizes.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      set(button.value);
      keep(button.value);
      mark(button.value);
    });
  });
})();
