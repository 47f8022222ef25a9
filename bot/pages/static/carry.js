// A code that came with the link: into the form, and out of the address bar and the history at once.
"use strict";

(() => {
  const take = () => {
    const code = decodeURIComponent(location.hash.slice(1));
    if (!/^[0-9A-Za-z-]{16,40}$/.test(code)) return;
    document.getElementById("code").value = code;
    history.replaceState(null, "", location.pathname);
  };
  window.addEventListener("hashchange", take);
  take();
})();
