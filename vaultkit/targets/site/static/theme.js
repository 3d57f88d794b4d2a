// Light or dark: set before the first paint, and the button that chooses. It stands in front of the script of every page,
// of the site as of the status page.
"use strict";

(() => {
  const root = document.documentElement;
  const KEY = "vaultkit-theme";
  const THEMES = { auto: "as the system", light: "light", dark: "dark" };

  // Where storage is off, the choice lasts as long as the page.
  const stored = (theme) => {
    try {
      return theme ? localStorage.setItem(KEY, theme) : localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };

  const show = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    document.dispatchEvent(new Event("vaultkit:theme"));
  };

  show(stored());

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("button.theme");
    if (!button) return; // a template of the vault may do without
    const label = () => {
      button.dataset.now = root.dataset.theme ?? "auto";
      button.title = `Theme: ${THEMES[button.dataset.now]}`;
      button.setAttribute("aria-label", button.title);
    };
    button.addEventListener("click", () => {
      const names = Object.keys(THEMES);
      const next = names[(names.indexOf(root.dataset.theme ?? "auto") + 1) % names.length];
      show(next);
      stored(next);
      label();
    });
    addEventListener("storage", (event) => {
      if (event.key === KEY) (show(event.newValue), label());
    });
    label();
  });
})();
