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

  // Keys, by their place on the keyboard, so that a Thai layout does as well: J or Alt+↓ next criterion, K or Alt+↑ the
  // one before; Y yes, N no; in a review A agree, C change, N not applicable, O the evidence. Letters only where nothing is
  // being typed.
  const CHOICES = { KeyY: ["yes"], KeyN: ["no", "na"], KeyA: ["agree"], KeyC: ["change"] };
  const isTyping = (element) => element.matches("input:not([type=radio]), textarea, select");

  function go(lines, index) {
    const line = lines[Math.max(0, Math.min(index, lines.length - 1))];
    const field = line.querySelector("input[type=radio]:checked") || line.querySelector("input[type=radio]")
      || line.querySelector("input:not([type=hidden]):not([type=file]), textarea, select");
    if (field) field.focus();
    line.scrollIntoView({ block: "center" });
  }

  document.addEventListener("keydown", (event) => {
    const lines = [...document.querySelectorAll(".review-line, #entry-form .criterion")];
    if (!lines.length || event.ctrlKey || event.metaKey) return;
    const here = lines.findIndex((line) => line.contains(document.activeElement));
    const steps = event.altKey ? { ArrowDown: 1, ArrowUp: -1 } : isTyping(event.target) ? {} : { KeyJ: 1, KeyK: -1 };
    if (event.key === "Enter" && event.target.matches(".criterion input.number")) steps.Enter = 1;
    const step = steps[event.code];
    if (step) {
      event.preventDefault();
      go(lines, here + step);
    } else if (here >= 0 && !event.altKey && !isTyping(event.target) && CHOICES[event.code]) {
      const wanted = CHOICES[event.code].map((choice) => `input[type=radio][value=${choice}]`);
      const radio = lines[here].querySelector(wanted.join());
      if (radio && !radio.disabled) { event.preventDefault(); radio.focus(); radio.click(); }
    } else if (here >= 0 && !event.altKey && !isTyping(event.target) && event.code === "KeyO") {
      const file = lines[here].querySelector("[data-evidence-dialog]");
      if (file) { event.preventDefault(); file.click(); }
    }
  });

  // A reason to reuse goes into its field, behind what is written there.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-puts]");
    if (!button) return;
    const field = document.getElementById(button.dataset.into);
    field.value = [field.value.trim(), button.dataset.puts].filter(Boolean).join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });

  // The next indicator is fetched while this one is read. The browser asks the server again before it shows it.
  window.addEventListener("load", () => {
    const next = document.querySelector("#review-form a[rel=next]");
    if (next && !navigator.connection?.saveData) fetch(next.href, { priority: "low" }).catch(() => {});
  });

  // The menu of a person closes when they turn to something else.
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(except)) menu.open = false;
  };
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("focusin", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => event.key === "Escape" && closeMenus(null));

  // Groups of the SAR card fold away.
  document.addEventListener("DOMContentLoaded", () => {
    for (const body of document.querySelectorAll(".foldable")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "fold";
      const show = (open) => {
        body.classList.toggle("folded", !open);
        button.setAttribute("aria-expanded", open);
        button.textContent = open ? "▾" : "▸";
      };
      button.setAttribute("aria-label", body.querySelector("th").textContent.trim());
      button.addEventListener("click", () => show(body.classList.contains("folded")));
      body.querySelector(".fold-here").append(button);
      show(true);
    }
  });
})();
