// Nothing typed is lost: until the server has saved it, it is kept in this browser, for this person and this form.
(function () {
  "use strict";

  const DAYS = 30;
  const PREFIX = "draft:";
  const placeOf = (form) => PREFIX + form.dataset.draft;
  const read = (form) => { try { return JSON.parse(localStorage.getItem(placeOf(form))); } catch { return null; } };
  const forget = (form) => { try { localStorage.removeItem(placeOf(form)); } catch { /* no storage here */ } };
  const write = (form, draft) => { try { localStorage.setItem(placeOf(form), JSON.stringify(draft)); } catch { /* full */ } };
  const formOf = (element) => (element.form && element.form.dataset.draft ? element.form : null);
  const isKept = (field) => field.name && !["hidden", "file", "submit", "button"].includes(field.type);
  const valueOf = (form, name) => {
    const field = form.elements.namedItem(name);
    return field ? (field.type === "checkbox" ? String(field.checked) : field.value) : undefined;
  };

  function seenOf(form) {
    const seen = {};
    for (const field of form.elements) if (field.type === "hidden" && field.name.startsWith("seen.")) seen[field.name] = field.value;
    return seen;
  }

  // What is saved while somebody types tells the page that it comes from: where an answer got lost, what the server has is
  // this page's own and no colleague's. A page that takes up a draft goes on for the one on which it was typed.
  const PAGE = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
  const isSavedOnTheWay = (form) => Object.keys(seenOf(form)).length > 0;
  const pageOf = (form) => form.elements.namedItem("page")?.value;
  function stand(form, page) {
    if (!isSavedOnTheWay(form)) return;
    if (!pageOf(form)) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "page" }));
    form.elements.namedItem("page").value = page;
  }

  // What nobody saves (data-stays: a trial) comes back without a word, until it is emptied.
  const stays = (form) => "stays" in form.dataset;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-empty]");
    if (!link) return;
    event.preventDefault();
    const form = link.closest("form");
    for (const field of form.elements) {
      if (field.tagName === "SELECT") field.selectedIndex = 0;
      else if (isKept(field)) field.value = "";
    }
    forget(form);
    form.dispatchEvent(new Event("change"));
  });

  // The hidden field that says which version a field was built on.
  function seenName(name) {
    const [what, ...rest] = name.split(".");
    if (!rest.length) return `seen.text:${name}`;
    return `seen.${(["input", "deduction"].includes(what) ? rest.slice(0, -1) : rest).join(".")}`;
  }

  function keep(event) {
    const form = formOf(event.target);
    if (!form || !isKept(event.target)) return;
    const draft = read(form) || { values: {}, seen: seenOf(form), page: pageOf(form) };
    draft.at = Date.now();
    draft.values[event.target.name] = valueOf(form, event.target.name);
    write(form, draft);
  }
  document.addEventListener("input", keep);
  document.addEventListener("change", keep);

  // The colleague's value was chosen: one's own is given up.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const draft = form.dataset.draft && read(form);
    if (!draft) return;
    for (const name of Object.keys(draft.values)) {
      const choice = form.elements.namedItem(seenName(name).replace(/^seen\./, "choose."));
      if (choice && choice.value.startsWith("theirs:")) delete draft.values[name];
    }
    write(form, draft);
  });

  // Neither refused nor answered by another page, that for signing in.
  function hasArrived({ xhr, successful, requestConfig }) {
    if (!successful || xhr.responseText.includes('class="error"')) return false;
    const asked = new URL(requestConfig.path, location.href).pathname;
    return !xhr.responseURL || new URL(xhr.responseURL).pathname === asked;
  }

  // What is said once and for all (data-once): whether it was taken, the page that follows tells (sweep).
  const SECONDS_TO_ANSWER = 120;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const draft = "once" in form.dataset && form.dataset.draft && read(form);
    if (draft) write(form, { ...draft, sentAt: Date.now() });
  });

  // Saved while typing: what was in the request is safe now, what was typed since is not.
  const sent = new WeakMap();
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt.closest("[data-draft]");
    if (form && event.detail.elt.id === "saved") sent.set(form, (read(form) || {}).at);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest("[data-draft]");
    if (!form || event.detail.elt.id !== "saved" || !hasArrived(event.detail)) return;
    const draft = read(form);
    if (!draft) return;
    if (draft.at === sent.get(form)) forget(form);
    else write(form, { ...draft, seen: seenOf(form) });
  });

  // A form that htmx sends as it is pressed, a comment: once it has arrived, nothing of it waits.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.matches("form[data-draft]:not([hx-trigger])") && hasArrived(event.detail)) forget(event.detail.elt);
  });

  function restore(form) {
    const draft = read(form);
    if (!draft) return;
    const names = Object.keys(draft.values).filter((name) => {
      const now = valueOf(form, name);
      return now !== undefined && now !== draft.values[name];
    });
    if (!names.length) {
      if (!stays(form) && !document.querySelector(".refused")) forget(form);
      return;
    }
    for (const name of names) {
      const field = form.elements.namedItem(name);
      if (field.type === "checkbox") field.checked = draft.values[name] === "true";
      else field.value = draft.values[name];
      const seen = form.elements.namedItem(seenName(name));
      if (seen && draft.seen[seen.name] !== undefined) seen.value = draft.seen[seen.name];
    }
    if (draft.page) stand(form, draft.page);
    if (!stays(form)) tell(form, draft);
    const first = form.elements.namedItem(names[0]);
    (first instanceof RadioNodeList ? first[0] : first).dispatchEvent(new Event("input", { bubbles: true }));
  }

  // As scorecards/presenting/dates.py writes it: the clock of Bangkok, พ.ศ. in Thai.
  function when(at) {
    const language = document.documentElement.lang === "th" ? "th-TH-u-ca-buddhist-nu-latn" : "en-GB";
    const write = (parts) => new Intl.DateTimeFormat(language, { timeZone: "Asia/Bangkok", ...parts }).format(at);
    const clock = write({ hour: "2-digit", minute: "2-digit" });
    return `${write({ day: "numeric", month: "short", year: "numeric" })} ${clock}`;
  }

  function tell(form, draft) {
    const notice = document.getElementById("restored");
    const folded = form.closest("details");
    if (folded) folded.open = true;
    if (!notice) return;
    notice.hidden = false;
    notice.querySelector("time").textContent = when(draft.at);
    notice.querySelector("button").addEventListener("click", () => {
      forget(form);
      form.dataset.draft = "";
      window.onbeforeunload = null;
      location.reload();
    });
  }

  function sweep() {
    const taken = document.querySelector(".notice-success");
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(PREFIX)) continue;
      const draft = JSON.parse(localStorage.getItem(name) || "null");
      const isTaken = draft && taken && Date.now() - draft.sentAt < SECONDS_TO_ANSWER * 1000;
      if (!draft || isTaken || Date.now() - draft.at > DAYS * 86400000) localStorage.removeItem(name);
    }
  }

  window.addEventListener("load", () => {
    try { sweep(); } catch { /* no storage here */ }
    for (const form of document.querySelectorAll("form[data-draft]")) restore(form);
  });
  document.addEventListener("DOMContentLoaded", () => {
    for (const form of document.querySelectorAll("form[data-draft]")) stand(form, PAGE);
  });

  // What waits is sent by itself: back on line, and every few seconds while the server fails.
  const PAUSE = 10000;
  function sendWhatWaits() {
    for (const form of document.querySelectorAll("form[data-draft]")) {
      const draft = read(form);
      const name = draft && Object.keys(draft.values)[0];
      const field = name && form.elements.namedItem(name);
      if (field) (field instanceof RadioNodeList ? field[0] : field).dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
  window.addEventListener("online", sendWhatWaits);
  let next;
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (event.detail.elt.id !== "saved") return;
      window.clearTimeout(next);
      next = window.setTimeout(sendWhatWaits, PAUSE);
    });
  }
})();
