// A link to join carries the code after "#", which is sent to no server: it is put into the form and taken out of the
// address. Without this script the code is typed.
"use strict";

const code = document.getElementById("code");
const carried = location.hash.slice(1);

if (code && /^[0-9A-Za-z-]{16,40}$/.test(carried)) {
  code.value = carried;
  history.replaceState(null, "", location.pathname);
  document.getElementById("passphrase").focus();
}
