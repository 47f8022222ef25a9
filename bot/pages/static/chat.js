// The chat without reloading. The page works as a plain form without this; words come from the page's templates.
"use strict";

(() => {
  const SEND_MS = 20000;
  const SETTLE_MS = 400; // a double click must not answer the next question too
  const byId = (id) => document.getElementById(id);
  const log = byId("log");
  const options = byId("options");
  const fieldset = options.querySelector("fieldset");
  const composer = byId("composer");
  const box = byId("text");

  let last = Math.max(0, ...[...log.querySelectorAll("[data-seq]")].map((bubble) => Number(bubble.dataset.seq)));
  let sending = false;
  let unsent = null; // the bubble of a message that did not get through
  let held = []; // replies the stream brought while a message was on its way
  let stream = null;

  const embedded = document.documentElement.classList.contains("embedded"); // in another site's frame
  let begun = log.querySelector(".mine") !== null; // the browser was given a cookie; a frame's comes with the first answer

  const address = (path) => {
    if (!embedded) return path;
    return `${path}${path.includes("?") ? "&" : "?"}embed=${begun ? "on" : "new"}`;
  };

  const copyOf = (id) => byId(id).content.firstElementChild.cloneNode(true);

  const newId = () => {
    if (crypto.randomUUID) return crypto.randomUUID(); // only where the page came over https or from this machine
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  // Paragraphs, and lists where lines begin with "- ": the same as `blocks` does for the plain page.
  const wordsInto = (place, text) => {
    for (const paragraph of text.trim().split(/\n\s*\n/)) {
      let block = null;
      for (const line of paragraph.split("\n")) {
        const listed = line.startsWith("- ");
        if (block === null || (block.tagName === "UL") !== listed) {
          block = document.createElement(listed ? "ul" : "p");
          place.append(block);
        } else if (!listed) {
          block.append(document.createElement("br"));
        }
        if (listed) {
          const item = document.createElement("li");
          item.textContent = line.slice(2);
          block.append(item);
        } else {
          block.append(line);
        }
      }
    }
  };

  const addMine = (text) => {
    const bubble = copyOf("mine");
    bubble.querySelector("p").textContent = text;
    log.append(bubble);
    return bubble;
  };

  const addTheirs = (reply) => {
    const bubble = copyOf("theirs");
    bubble.dataset.seq = reply.seq;
    const progress = bubble.querySelector(".progress");
    if (reply.progress) progress.append(reply.progress);
    else progress.remove();
    wordsInto(bubble.querySelector(".words"), reply.text);
    byId("latest")?.removeAttribute("id");
    bubble.id = "latest";
    log.append(bubble);
    return bubble;
  };

  const offer = (choices) => {
    fieldset.querySelectorAll("button").forEach((button) => button.remove());
    for (const choice of choices) {
      const button = copyOf("option");
      button.value = choice.id;
      button.textContent = choice.label;
      fieldset.append(button);
    }
    options.hidden = choices.length === 0;
    fieldset.disabled = true;
    setTimeout(() => (fieldset.disabled = false), SETTLE_MS);
  };

  // As much of what is new as fits, from its beginning.
  const bringIntoView = (first) => {
    const room = window.innerHeight - document.querySelector(".top").offsetHeight;
    const end = document.documentElement.scrollHeight;
    const start = first.getBoundingClientRect().top + window.scrollY;
    if (end - start > room) first.scrollIntoView({ block: "start" });
    else window.scrollTo(0, end);
  };

  // Shows replies not shown before. `bubble` is what the person just sent: it is corrected to how it was understood.
  const show = (replies, bubble) => {
    const fresh = replies.filter((reply) => reply.seq > last);
    let first = bubble;
    for (const reply of fresh) {
      if (reply.answered && bubble) {
        bubble.querySelector("p").textContent = reply.answered;
      } else if (reply.answered) {
        const mine = addMine(reply.answered);
        first = first ?? mine;
      }
      bubble = null;
      const added = addTheirs(reply);
      first = first ?? added;
      last = reply.seq;
    }
    if (fresh.length > 0) {
      offer(fresh[fresh.length - 1].choices);
      bringIntoView(first);
    }
    return fresh.length > 0;
  };

  const release = () => {
    const waiting = held;
    held = [];
    show(waiting, null);
  };

  const farewell = (replies) => {
    stream?.close();
    log.replaceChildren();
    replies.forEach(addTheirs);
    document.querySelector(".links").hidden = true;
    options.hidden = true;
    composer.hidden = true;
    byId("again").hidden = false;
    byId("again").focus();
  };

  // The browser keeps no cookie in a frame, so that the talk cannot go on here.
  const lose = (place) => {
    const note = copyOf("lost");
    place.append(note);
    options.hidden = true;
    note.scrollIntoView({ block: "nearest" });
  };

  const failed = (message, bubble, reason) => {
    const note = copyOf("unsent");
    if (reason) note.querySelector("span").textContent = reason;
    note.querySelector("button").addEventListener("click", () => {
      if (sending) return;
      note.remove();
      deliver(message, bubble);
    });
    bubble.append(note);
    unsent = bubble;
    options.hidden = fieldset.querySelector("button") === null;
    note.scrollIntoView({ block: "nearest" });
  };

  const post = async (message) => {
    const response = await fetch(address("/api/chat/messages"), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(SEND_MS),
    });
    const answer = await response.json();
    return response.ok ? answer : { reason: answer.error, lost: response.status === 409 };
  };

  const deliver = async (message, bubble) => {
    const byOption = options.contains(document.activeElement);
    sending = true;
    unsent = null;
    options.hidden = true;
    bubble.classList.add("pending");
    let answer = {};
    try {
      answer = await post(message);
    } catch {
      answer = { reason: "" }; // no network, too slow, or not our server: the page's own words say it
    }
    sending = false;
    bubble.classList.remove("pending");
    if (answer.lost) {
      lose(bubble);
    } else if (answer.replies === undefined) {
      failed(message, bubble, answer.reason);
      release();
    } else if (answer.forgotten) {
      farewell(answer.replies);
    } else {
      byId("copy").hidden = !answer.copy;
      held = [];
      // Nothing new: the talk was begun anew elsewhere, or this was answered before. The server knows how it stands.
      if (!show(answer.replies, bubble)) window.location.reload();
      if (embedded && !begun) begin();
      if (byOption) (options.hidden ? box : options).focus({ preventScroll: true });
    }
  };

  const send = (part, label) => {
    if (sending) return false;
    unsent?.remove();
    const bubble = addMine(label);
    bringIntoView(bubble);
    deliver({ id: newId(), ...part }, bubble);
    return true;
  };

  options.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    if (button) send({ choice: button.value }, button.textContent);
  });

  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (text && send({ text }, text)) box.value = "";
    box.focus({ preventScroll: true });
  });

  const listen = () => {
    stream?.close();
    stream = null;
    if (document.hidden || (embedded && !begun)) return;
    stream = new EventSource(address(`/api/chat/stream?after=${last}`));
    stream.addEventListener("message", (event) => {
      const reply = JSON.parse(event.data);
      if (sending) held.push(reply);
      else show([reply], null);
    });
  };

  // After a frame's first answer: did the browser keep the cookie that came with it?
  const begin = async () => {
    begun = true;
    try {
      const response = await fetch(address(`/api/chat/messages?after=${last}`));
      if (response.status === 409) lose(log);
      else listen();
    } catch {
      listen(); // no network just now: the next message will tell
    }
  };

  // Fetched like the talk itself, so that what fails is told in the frame.
  const keepCopy = async () => {
    const response = await fetch(address("/summary.txt")).catch(() => null);
    if (!response?.ok) {
      log.append(copyOf("uncopied"));
      bringIntoView(log.lastElementChild);
      return;
    }
    const file = document.createElement("a");
    file.href = URL.createObjectURL(await response.blob());
    file.download = "notes.txt";
    file.click();
    setTimeout(() => URL.revokeObjectURL(file.href), SEND_MS);
  };

  if (embedded) {
    byId("copy").addEventListener("click", (event) => {
      event.preventDefault();
      keepCopy();
    });
    // A form's answer would be a page, and only this one may be shown in the frame.
    const forget = document.querySelector('form[action="/forget"]');
    forget.addEventListener("submit", async (event) => {
      event.preventDefault();
      forget.querySelector(".unsent")?.remove();
      let answer = {};
      try {
        answer = await (await fetch(address("/api/chat"), { method: "DELETE" })).json();
      } catch {
        // no network: said below
      }
      if (answer.replies) {
        farewell(answer.replies);
      } else {
        const note = copyOf("unsent");
        if (answer.error) note.querySelector("span").textContent = answer.error;
        note.querySelector("button").remove();
        forget.append(note);
      }
    });
  }

  document.addEventListener("visibilitychange", listen);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
  history.scrollRestoration = "manual";
  if (log.querySelector(".mine")) window.scrollTo(0, document.documentElement.scrollHeight);
  listen();
})();
