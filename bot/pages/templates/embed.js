// Signpost's chat on another site's page: a button, and a frame that is loaded when the button is used.
// <script src="…/embed.js" data-label="…" data-colour="#17594f" data-side="left" data-leave="https://…" async></script>
"use strict";

(() => {
  const words = {{ words | tojson }};
  const NAME = "signpost-chat";
  const DEFAULT_COLOUR = "#17594f";
  const EQUAL_CONTRAST = 0.179; // luminance at which black and white stand out alike, 4.58 to 1: WCAG 2.2, 1.4.3
  const FULL_SCREEN = "(max-width: 40em), (max-height: 30em)";

  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const chosen = script.dataset;

  const warn = (name, remedy) => console.warn(`Signpost: data-${name} cannot be used. ${remedy}`);

  const colour = () => {
    const hex = (chosen.colour ?? DEFAULT_COLOUR).trim().replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3");
    if (/^#[0-9a-f]{6}$/i.test(hex)) return hex;
    warn("colour", `Write it as in ${DEFAULT_COLOUR}.`);
    return DEFAULT_COLOUR;
  };

  const luminance = (hex) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const part = parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };

  const side = () => {
    if (["left", "right", undefined].includes(chosen.side)) return chosen.side ?? "right";
    warn("side", "Write left or right.");
    return "right";
  };

  // Where the host's page goes when somebody leaves in a hurry; null where it does not want to go.
  const wayOut = () => {
    if (chosen.leave === undefined) return null;
    if (/^https:\/\/[a-z0-9]/i.test(chosen.leave)) return chosen.leave;
    warn("leave", "Write a whole address that begins with https://.");
    return null;
  };

  const styles = (ground, where) => `
    :host { all: initial !important; }
    button { font: 600 max(1rem, 16px)/1.25 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; cursor: pointer;
      background: ${ground}; color: ${luminance(ground) > EQUAL_CONTRAST ? "#000" : "#fff"}; border: 2px solid transparent; }
    .open { position: fixed; bottom: 16px; ${where}: 16px; z-index: 2147483000; min-height: 48px; padding: 8px 20px;
      max-width: calc(100vw - 32px); border-radius: 24px; box-shadow: 0 0 0 2px #fff, 0 3px 12px #0006; }
    button:focus-visible { outline: 3px solid #000; outline-offset: 3px; box-shadow: 0 0 0 3px #fff, 0 0 0 9px #fff; }
    dialog { position: fixed; inset: auto; bottom: 16px; ${where}: 16px; z-index: 2147483000; margin: 0; padding: 0;
      width: 25rem; height: 42rem; max-width: calc(100vw - 32px); max-height: calc(100dvh - 32px); overflow: hidden;
      border: 2px solid ${ground}; border-radius: 14px; background: ${ground}; box-shadow: 0 0 0 1px #fff, 0 6px 28px #0007; }
    dialog[open] { display: flex; flex-direction: column; }
    dialog[open] + .open { display: none; }
    dialog::backdrop { background: none; }
    .bar { display: flex; justify-content: space-between; align-items: center; }
    .bar span { font: 700 max(1.125rem, 18px)/1.25 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif;
      color: ${luminance(ground) > EQUAL_CONTRAST ? "#000" : "#fff"}; padding-left: 16px; }
    .close { width: 48px; height: 48px; font-size: 28px; line-height: 1; padding: 0; }
    .bar .close:focus-visible { outline-offset: -6px; outline-color: currentColor; box-shadow: none; }
    iframe { flex: 1; width: 100%; border: 0; background: #fff; }
    @media ${FULL_SCREEN} { dialog { inset: 0; width: 100vw; height: 100dvh; max-width: none; max-height: none;
      border: 0; border-radius: 0; box-shadow: none; } }
    @media (prefers-reduced-motion: no-preference) { dialog[open] { animation: rise 0.16s ease-out; }
      @keyframes rise { from { transform: translateY(24px); opacity: 0; } } }
    @media print { .open, dialog { display: none !important; } }`;

  const make = (tag, properties, ...inside) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...inside);
    return element;
  };

  const build = () => {
    if (document.querySelector(NAME)) return; // the script stands on the page twice
    const label = chosen.label || words.button;
    if (!("adoptedStyleSheets" in document)) {
      const link = make("a", { href: origin, target: "_blank", rel: "noopener", textContent: label });
      document.body.append(make(NAME, {}, link)); // an old browser: a plain link at the end of the page
      return;
    }
    const leave = wayOut();
    const shut = make("button", { type: "button", className: "close", ariaLabel: words.close, textContent: "×" });
    const bar = make("div", { className: "bar" }, make("span", { textContent: words.name }), shut);
    const dialog = make("dialog", { ariaLabel: words.title }, bar);
    const opener = make("button", { type: "button", className: "open", textContent: label });
    opener.setAttribute("aria-haspopup", "dialog");
    let frame = null;

    const enter = () => {
      if (!dialog.open) return;
      frame.focus();
      frame.contentWindow.postMessage({ signpost: "opened", leaves: leave !== null }, origin);
    };
    const load = () => {
      frame = make("iframe", { title: words.title, referrerPolicy: "no-referrer", src: `${origin}/embed` });
      frame.addEventListener("load", enter);
      dialog.append(frame);
    };
    const open = () => {
      if (window.matchMedia(FULL_SCREEN).matches) dialog.showModal();
      else dialog.show();
      if (frame) enter();
      else load();
    };
    const close = () => {
      if (dialog.open) dialog.close();
    };
    const goAway = () => {
      frame.remove();
      frame = null;
      close();
      if (leave !== null) window.location.replace(leave);
    };

    opener.addEventListener("click", open);
    shut.addEventListener("click", close);
    dialog.addEventListener("close", () => opener.focus());
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
    });
    window.addEventListener("message", (event) => {
      if (frame === null || event.source !== frame.contentWindow || event.origin !== origin) return;
      if (event.data === "signpost:close") close();
      if (event.data === "signpost:leave") goAway();
    });

    const host = document.createElement(NAME);
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // unlike a style element or attribute, no content security policy forbids it
    sheet.replaceSync(styles(colour(), side()));
    root.adoptedStyleSheets = [sheet];
    root.append(dialog, opener);
    document.body.append(host);
  };

  if (document.body) build();
  else document.addEventListener("DOMContentLoaded", build);
})();
