// Small aids. Every page works without them.
(function () {
  "use strict";

  const banner = () => document.getElementById("offline");
  const show = (shown) => { if (banner()) banner().hidden = !shown; };

  // Signed out or another page came back instead of the part that was asked for: keep what is typed, say so.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const asked = new URL(event.detail.requestConfig.path, location.href).pathname;
    const got = event.detail.xhr.responseURL ? new URL(event.detail.xhr.responseURL).pathname : asked;
    if (asked !== got) {
      event.detail.shouldSwap = false;
      show(true);
    } else if (event.detail.xhr.status < 400) {
      show(false);
    }
  });
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, () => show(true));
  }

  // What is typed and not yet saved is not lost by leaving the page by mistake.
  let unsaved = false;
  document.addEventListener("input", (event) => { if (event.target.closest("#entry-form, #review-form")) unsaved = true; });
  document.addEventListener("submit", () => { unsaved = false; });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.elt.id === "saved") unsaved = false;
  });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

  document.addEventListener("DOMContentLoaded", () => {
    const refused = document.querySelector(".refused");
    if (refused) refused.focus();
  });

  // Review: ↓ or J next criterion, ↑ or K previous, A agree, C change. Only where nothing is being typed.
  document.addEventListener("keydown", (event) => {
    const lines = [...document.querySelectorAll(".review-line")];
    if (!lines.length || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=radio]), textarea, select")) return;
    const here = lines.findIndex((line) => line.contains(document.activeElement));
    const go = (index) => {
      const line = lines[Math.max(0, Math.min(index, lines.length - 1))];
      const radio = line.querySelector("input[type=radio]:checked") || line.querySelector("input[type=radio]");
      if (radio) radio.focus();
      line.scrollIntoView({ block: "center" });
    };
    const choose = (value) => {
      const radio = here >= 0 && lines[here].querySelector(`input[type=radio][value=${value}]`);
      if (radio) radio.click();
    };
    const keys = { j: () => go(here + 1), k: () => go(here - 1), a: () => choose("agree"), c: () => choose("change") };
    const act = keys[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  });
})();
