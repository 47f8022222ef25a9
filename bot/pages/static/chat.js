// The chat without reloading. The page works as a plain form without this; words come from the page's templates.
import { addMine, addTheirs, copyOf, unsentNote } from "./bubbles.js";
import { keep, kept } from "./kept.js";
import { Sending } from "./sending.js";

const SEND_MS = 20000;
const SETTLE_MS = 400; // a double click must not answer the next question too
const SLOW_MS = 700; // after this long a person wonders whether it was sent
const NEAR_END = 120; // px: who is so near the end of the page reads the newest
const DRAFT = "signpost-draft";

const byId = (id) => document.getElementById(id);
const log = byId("log");
const options = byId("options");
const fieldset = options.querySelector("fieldset");
const composer = byId("composer");
const box = byId("text");
const change = byId("change");

let last = Math.max(0, ...[...log.querySelectorAll("[data-seq]")].map((bubble) => Number(bubble.dataset.seq)));
let held = []; // replies the stream brought while a message was on its way
let stream = null;

const embedded = document.documentElement.classList.contains("embedded"); // in another site's frame
let begun = log.querySelector(".mine") !== null; // the browser was given a cookie; a frame's comes with the first answer

const address = (path) => {
  if (!embedded) return path;
  return `${path}${path.includes("?") ? "&" : "?"}embed=${begun ? "on" : "new"}`;
};

const newId = () => {
  if (crypto.randomUUID) return crypto.randomUUID(); // only where the page came over https or from this machine
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

const say = (text) => {
  byId("news").textContent = text;
};

// The buttons of the waiting question stand there unless an answer is on its way.
const showOptions = () => {
  options.hidden = sending.items.length > 0 || fieldset.querySelector("button") === null;
  change.hidden = sending.items.length > 0 || log.querySelector(".mine") === null;
};

const offer = (choices) => {
  fieldset.querySelectorAll("button").forEach((button) => button.remove());
  for (const choice of choices) {
    const button = copyOf("option");
    button.value = choice.id;
    button.textContent = choice.label;
    fieldset.append(button);
  }
  fieldset.disabled = true;
  setTimeout(() => (fieldset.disabled = false), SETTLE_MS);
};

const isNearEnd = () => window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - NEAR_END;

// Whether the newest message begins below what can be seen.
const tellOfMore = () => {
  const latest = byId("latest")?.getBoundingClientRect();
  const seen = composer.getBoundingClientRect().top;
  byId("newer").hidden = latest === undefined || Math.min(latest.bottom, latest.top + NEAR_END) <= seen;
};

// As much of what is new as fits, from its beginning; where the newest does not fit, a button leads to it.
const bringIntoView = (first) => {
  const room = window.innerHeight - document.querySelector(".top").offsetHeight;
  const end = document.documentElement.scrollHeight;
  const start = first.getBoundingClientRect().top + window.scrollY;
  if (end - start > room) first.scrollIntoView({ block: "start" });
  else window.scrollTo(0, end);
  tellOfMore();
};

// Shows replies not shown before. `bubble` is what the person just sent: it is corrected to how it was understood.
// Who reads further up is not moved by what comes unasked, but told of it.
const show = (replies, bubble) => {
  const fresh = replies.filter((reply) => reply.seq > last);
  const follows = bubble !== null || isNearEnd();
  const waiting = sending.items[0]?.bubble ?? null; // what was written since stands below the answer
  let first = bubble;
  for (const reply of fresh) {
    if (reply.answered && bubble) {
      bubble.querySelector("p").textContent = reply.answered;
    } else if (reply.answered) {
      const mine = addMine(reply.answered, waiting);
      first = first ?? mine;
    }
    bubble = null;
    const added = addTheirs(reply, waiting);
    first = first ?? added;
    last = reply.seq;
  }
  if (fresh.length > 0) {
    offer(fresh[fresh.length - 1].choices);
    showOptions();
    if (follows) bringIntoView(first);
    else tellOfMore();
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
  sending.dropAll();
  box.value = "";
  keep(DRAFT, "");
  log.replaceChildren();
  for (const reply of replies) addTheirs(reply, null);
  for (const part of [document.querySelector(".links"), options, change, composer]) part.hidden = true;
  byId("again").hidden = false;
  byId("again").focus();
};

// What was typed and cannot be sent stands in the box again, before what is there.
const giveBack = (item) => {
  item.bubble.remove();
  if (item.message.text === undefined) return;
  box.value = [item.message.text, box.value].filter((text) => text).join(" ");
  keep(DRAFT, box.value);
};

const takeBack = (item) => {
  sending.drop(item);
  giveBack(item);
  showOptions();
  sending.hurry();
  box.focus({ preventScroll: true });
};

// The browser keeps no cookie in a frame, or the talk is over: it cannot go on here.
const end = (name, place) => {
  const note = copyOf(name);
  place.append(note);
  options.hidden = change.hidden = true;
  note.scrollIntoView({ block: "nearest" });
};

const post = async (message) => {
  const quit = new AbortController();
  const timer = setTimeout(() => quit.abort(), SEND_MS);
  try {
    const response = await fetch(address("/api/chat/messages"), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(message),
      signal: quit.signal,
    });
    const answer = await response.json();
    if (response.ok) return { answer };
    const wait = Number(response.headers.get("Retry-After")) || null;
    if (response.status === 429) return { again: wait, reason: answer.error };
    if (response.status >= 500) return { again: wait, failing: true, reason: answer.error };
    return { refused: answer.error, status: response.status };
  } catch {
    return { again: null }; // no network, too slow, or not our server
  } finally {
    clearTimeout(timer);
  }
};

const LOST = 409;
const GONE = 410;

const states = {
  waiting: (item) => item.bubble.classList.add("pending"),

  sending: (item) => {
    item.bubble.querySelector(".unsent")?.remove();
    item.bubble.classList.add("pending");
    item.slow = setTimeout(() => (byId("writing").hidden = false), SLOW_MS);
  },

  trying: (item, outcome) => {
    const note = unsentNote(navigator.onLine ? "trying" : "offline-note", outcome.reason);
    note.querySelector(".again").addEventListener("click", () => sending.hurry());
    note.querySelector(".change").addEventListener("click", () => takeBack(item));
    item.bubble.append(note);
    note.scrollIntoView({ block: "nearest" });
    release();
  },

  refused: (item, outcome) => {
    item.bubble.classList.remove("pending");
    if (outcome.status === LOST && embedded) {
      end("lost", item.bubble);
      return;
    }
    if (outcome.status === GONE) {
      [item, ...sending.dropAll()].reverse().forEach(giveBack);
      end("gone", log);
      return;
    }
    const note = unsentNote("unsent", outcome.refused ?? outcome.reason);
    note.querySelector(".again").addEventListener("click", () => {
      note.remove();
      sending.add(item.message, item.label, item.bubble);
    });
    note.querySelector(".change").addEventListener("click", () => takeBack(item));
    item.bubble.append(note);
    showOptions();
    note.scrollIntoView({ block: "nearest" });
    release();
  },

  answered: (item, { answer }) => {
    item.bubble.classList.remove("pending");
    if (answer.forgotten) {
      farewell(answer.replies);
      return;
    }
    byId("copy").hidden = !answer.copy;
    held = [];
    item.bubble.classList.add("saved");
    if (!show(answer.replies, item.bubble)) {
      // Answered before: the page has it already. Or the talk was begun anew elsewhere: the server knows how it stands.
      if (item.restored) item.bubble.remove();
      else window.location.reload();
    }
    showOptions();
    if (embedded && !begun) begin();
    if (item.byOption) (options.hidden ? box : options).focus({ preventScroll: true });
  },
};

const sending = new Sending(post, (item, state, outcome) => {
  clearTimeout(item.slow);
  byId("writing").hidden = true;
  states[state](item, outcome);
});

const send = (part, label) => {
  const bubble = addMine(label, null);
  const byOption = options.contains(document.activeElement);
  const item = sending.add({ id: newId(), seen: last, ...part }, label, bubble);
  item.byOption = byOption;
  showOptions();
  bringIntoView(bubble);
};

options.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (button && sending.items.length === 0) send({ choice: button.value }, button.textContent);
});

change.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = change.querySelector("button");
  if (sending.items.length === 0) send({ text: button.value }, button.textContent.trim());
});

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (text) {
    box.value = "";
    keep(DRAFT, "");
    send({ text }, text);
  }
  box.focus({ preventScroll: true });
});

box.addEventListener("input", () => keep(DRAFT, box.value));
byId("newer").addEventListener("click", () => bringIntoView(byId("latest")));
window.addEventListener("scroll", () => byId("newer")?.hidden === false && tellOfMore(), { passive: true }); // none after leaving

const listen = () => {
  stream?.close();
  stream = null;
  if (document.hidden || (embedded && !begun)) return;
  stream = new EventSource(address(`/api/chat/stream?after=${last}`));
  stream.addEventListener("message", (event) => {
    const reply = JSON.parse(event.data);
    if (sending.busy) held.push(reply);
    else show([reply], null);
  });
};

// After a frame's first answer: did the browser keep the cookie that came with it?
const begin = async () => {
  begun = true;
  try {
    const response = await fetch(address(`/api/chat/messages?after=${last}`));
    if (response.status === LOST) end("lost", log);
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
      const note = unsentNote("unsent", answer.error);
      note.querySelectorAll("button").forEach((button) => button.remove());
      forget.append(note);
    }
  });
}

const tellOffline = () => {
  byId("offline").hidden = navigator.onLine;
};
window.addEventListener("offline", () => {
  tellOffline();
  say(byId("offline").textContent);
});
window.addEventListener("online", () => {
  tellOffline();
  say(byId("online").content.textContent);
  sending.hurry();
  listen();
});
document.addEventListener("visibilitychange", () => {
  listen();
  if (!document.hidden) sending.hurry();
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

history.scrollRestoration = "manual";
tellOffline();
box.value = box.value || kept(DRAFT);
if (log.querySelector(".mine")) bringIntoView(byId("latest"));
for (const { message, label } of sending.left()) sending.add(message, label, addMine(label, null), true);
showOptions();
listen();
performance.mark("signpost-ready"); // for tests/benchmarks/page.py
