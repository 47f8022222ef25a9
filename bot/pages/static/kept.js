// What this browser keeps for the tab that is open: it outlives a reload and goes when the tab is closed.
// A browser that keeps nothing for us does without.
const store = () => {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
};

export const kept = (name) => store()?.getItem(name) ?? "";

export const keep = (name, text) => {
  try {
    if (text) store()?.setItem(name, text);
    else store()?.removeItem(name);
  } catch {
    // it is full
  }
};
