// Listens to the server for as long as somebody looks at the page, and has the page loaded again when there is something
// new, unless the page sees to it itself. Pages that nobody looks at take no connection; a browser has few.
"use strict";

(() => {
  const script = new URL(document.currentScript.src);
  let seen = script.search.slice(1);
  let events;

  const rest = () => (events?.close(), (events = undefined));

  const listen = () => {
    if (events || document.visibilityState === "hidden") return;
    events = new EventSource(new URL("reload", script));
    events.onopen = () => dispatchEvent(new Event("vaultkit:found"));
    events.onmessage = ({ data }) => {
      if (data === seen) return;
      seen = data;
      if (dispatchEvent(new Event("vaultkit:news", { cancelable: true }))) location.reload();
    };
    events.onerror = () => {
      dispatchEvent(new Event("vaultkit:lost"));
      if (events?.readyState !== EventSource.CLOSED) return;
      rest();
      setTimeout(listen, 5000);
    };
  };

  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? rest() : listen()));
  addEventListener("pagehide", rest);
  addEventListener("pageshow", listen);
  listen();
})();
