// Messages on their way: kept until the server has them, sent in order, and by their ids taken once however often tried.
import { keep, kept } from "./kept.js";

const WAITS = [1, 2, 4, 8, 16, 30]; // seconds before the next try
const MOST_FAILURES = 4; // tries of a message that the server itself fails at; without a network there is no end
const PLACE = "signpost-unsent";

// `carry(message)` gives {answer}, {refused: sentence, …} or {again: seconds or null, failing: true where the server is}.
// `show(item, state, outcome)` is told of every change: "waiting", "sending", "trying", "answered", "refused".
export class Sending {
  constructor(carry, show) {
    Object.assign(this, { carry, show });
    this.items = [];
    this.busy = false;
    this.timer = null;
  }

  // Takes a message; its bubble is whatever `show` needs to find it again.
  add(message, label, bubble, restored = false) {
    const item = { message, label, bubble, restored, tries: 0 };
    this.items.push(item);
    this.keep();
    this.show(item, "waiting", {});
    this.run();
    return item;
  }

  // What was left when the page was loaded anew: [{message, label}].
  left() {
    return JSON.parse(kept(PLACE) || "[]");
  }

  keep() {
    const left = this.items.map(({ message, label }) => ({ message, label }));
    keep(PLACE, left.length > 0 ? JSON.stringify(left) : "");
  }

  // The person wants it back, or nothing more can come of it.
  drop(item) {
    this.items = this.items.filter((other) => other !== item);
    this.keep();
  }

  dropAll() {
    const dropped = this.items;
    this.items = [];
    this.keep();
    return dropped;
  }

  // Try at once: the network is back, or the person says so.
  hurry() {
    clearTimeout(this.timer);
    this.run();
  }

  async run() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    while (this.items.length > 0 && (await this.once(this.items[0])));
    this.busy = false;
  }

  // One try. Returns whether the next message may go now.
  async once(item) {
    this.show(item, "sending", {});
    item.tries += 1;
    const outcome = await this.carry(item.message);
    if (!this.items.includes(item)) return true; // taken back meanwhile
    const hopeless = outcome.failing && item.tries >= MOST_FAILURES;
    if (outcome.again !== undefined && !hopeless) {
      const seconds = outcome.again ?? WAITS[Math.min(item.tries, WAITS.length) - 1];
      this.timer = setTimeout(() => this.run(), seconds * 1000);
      this.show(item, "trying", { ...outcome, seconds });
      return false;
    }
    this.drop(item);
    this.show(item, outcome.answer === undefined ? "refused" : "answered", outcome);
    return true;
  }
}
