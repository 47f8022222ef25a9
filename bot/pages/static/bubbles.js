// The bubbles of the chat, made from the page's templates.
const log = document.getElementById("log");

export const copyOf = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

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

// `before`: the bubble that stays below this one; null for none.
export const addMine = (text, before) => {
  const bubble = copyOf("mine");
  bubble.querySelector("p").textContent = text;
  log.insertBefore(bubble, before);
  return bubble;
};

export const addTheirs = (reply, before) => {
  const bubble = copyOf("theirs");
  bubble.dataset.seq = reply.seq;
  const progress = bubble.querySelector(".progress");
  if (reply.progress) {
    progress.append(reply.progress);
    bubble.classList.add("asked"); // a question of a check may take a moment to come; help never does
  } else {
    progress.remove();
  }
  wordsInto(bubble.querySelector(".words"), reply.text);
  document.getElementById("latest")?.removeAttribute("id");
  bubble.id = "latest";
  log.insertBefore(bubble, before);
  return bubble;
};

// What became of a message that has not got through. `reason`: the server's sentence, in place of the page's own.
export const unsentNote = (name, reason) => {
  const note = copyOf(name);
  if (reason) note.querySelector("span").textContent = reason;
  return note;
};
