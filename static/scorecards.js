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

  // The Enter key in a form whose buttons decide (_no_enter.html) sends nothing: nobody takes it for sent.
  document.addEventListener("submit", (event) => {
    if (event.submitter?.formMethod !== "dialog") return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  // What was refused comes first, before the place that the address names: the one field that was left empty, the
  // summary, or the first field not taken.
  function standAt(element) {
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    if (!element.matches("input, select, textarea, a")) element.tabIndex = -1;
    element.focus();
  }
  document.addEventListener("DOMContentLoaded", () => {
    const refused = document.querySelector("main [autofocus][aria-invalid=true]") || document.querySelector(".refused, main .alert-danger, main [aria-invalid=true]");
    if (refused) standAt(refused);
    else tell();
  });

  // What was done is told at the place that the address names, and one goes on from there: at the next step where the
  // page has one, else right behind what is told.
  function tell() {
    const told = document.querySelectorAll("main > .notice:not([id])");
    if (!told.length || document.querySelector("main [autofocus]")) return;
    const named = document.getElementById(location.hash.slice(1));
    const place = named?.matches("main *") && named;  // the link that skips to the content names all of it
    const next = !place && document.querySelector("main [data-next-step]");
    told[0].id = "told";
    if (place) place.before(...told);
    if (next) next.setAttribute("aria-describedby", "told");
    standAt(next || told[0]);
  }

  // A part that was made anew takes the focus along, where what had it is gone.
  const REACHED = "input:not([type=hidden]), select, textarea, button, a[href], summary";
  let gone = null;
  for (const name of ["htmx:beforeSwap", "htmx:oobBeforeSwap"]) {
    document.addEventListener(name, (event) => {
      if (event.detail.target.contains(document.activeElement)) gone = event.detail.target;
    });
  }
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!gone) return;
    // Another part may settle in between: what came instead is known by its id, or as the one that settles.
    const instead = document.getElementById(gone.id) || (event.detail.target === gone && event.target);
    const part = gone.isConnected ? gone : instead;
    if (!part) return;
    gone = null;
    if (document.activeElement !== document.body) return;
    const next = part.querySelector("[aria-invalid=true]") || part.querySelector(REACHED);
    if (next) next.focus({ preventScroll: true });
  });

  // Keys, by their place on the keyboard, so that a Thai layout does as well: Alt+↓ next criterion, Alt+↑ the one before;
  // within a criterion also J and K; Y yes, N no; in a review A agree, C change, N not applicable, O the evidence. Letters
  // only within a criterion and where nothing is being typed: a spoken word is letters too (WCAG 2.1.4).
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
    const byLetter = here < 0 || isTyping(event.target) ? {} : { KeyJ: 1, KeyK: -1 };
    const steps = event.altKey ? { ArrowDown: 1, ArrowUp: -1 } : byLetter;
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

  // What is Thai on an English page says so, for whoever has it read aloud (WCAG 3.1.2); names and forms often are.
  const THAI = /[\u0e01-\u0e5b]/g, LATIN = /[a-z]/gi;
  const number = (text, kind) => (text.match(kind) || []).length;
  function nameLanguages(part) {
    for (const element of part.querySelectorAll("*")) {
      const own = element.matches("textarea, input:not([type=hidden])") ? element.value
        : [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("");
      const thai = number(own, THAI), latin = number(own, LATIN);
      const language = thai > latin ? "th" : latin ? "en" : null;
      if (language && element.closest("[lang]").lang !== language) element.lang = language;
    }
  }
  if (document.documentElement.lang === "en") {
    document.addEventListener("DOMContentLoaded", () => nameLanguages(document));
    document.addEventListener("htmx:afterSettle", (event) => nameLanguages(event.target));
  }

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

  // A long table is passed over with one press.
  const LONG = 15;
  document.addEventListener("DOMContentLoaded", () => {
    const words = document.querySelector("main")?.dataset.pastTable;
    for (const table of document.querySelectorAll(".table-holder[tabindex]")) {
      if (!words || table.querySelectorAll(REACHED).length < LONG) continue;
      const end = document.createElement("span");
      end.tabIndex = -1;
      table.after(end);
      const skip = document.createElement("a");
      skip.className = "skip";
      skip.href = "#";
      skip.textContent = words;
      skip.addEventListener("click", (event) => { event.preventDefault(); end.focus(); });
      table.before(skip);
    }
  });

  // The menu of a person closes when they turn to something else.
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll(".menu[open]")) {
      if (menu.contains(except)) continue;
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    }
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
