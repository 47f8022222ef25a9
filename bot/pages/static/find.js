// Copies a service's details. Without this the plain text can be selected and copied by hand. Words come from the template.
"use strict";

document.getElementById("problems")?.focus();

for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const box = document.getElementById(button.getAttribute("aria-controls"));
    const done = await copied(box);
    button.parentElement.querySelector(".outcome").textContent = done ? button.dataset.copied : button.dataset.failed;
    if (!done) box.closest("details").open = true;
  });
}

async function copied(box) {
  try {
    await navigator.clipboard.writeText(box.value);
    return true;
  } catch {
    return copiedTheOldWay(box); // no clipboard for pages without https
  }
}

function copiedTheOldWay(box) {
  const details = box.closest("details");
  const wasOpen = details.open;
  details.open = true;
  box.select();
  const done = document.execCommand("copy");
  details.open = wasOpen;
  return done;
}
