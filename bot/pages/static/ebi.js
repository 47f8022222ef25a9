// Lets the minutes of a session go on while a page is open. Without this they stand still until the next page.
"use strict";

const minutes = document.getElementById("minutes");
const before = Number(minutes.dataset.seconds);
const opened = performance.now();
const PAUSE = 30 * 60; // seconds; the server takes a longer gap for a break

setInterval(() => {
  const here = Math.min((performance.now() - opened) / 1000, PAUSE);
  minutes.textContent = String(Math.floor((before + here) / 60));
}, 5000);
