// Evidence: drop files on a criterion, see how far the sending is, go on after a broken connection, look at a file in
// place. Without this the forms and links work as they are.
(function () {
  "use strict";

  const PIECE = 1024 * 1024;
  const LONGEST_WAIT = 30;
  const dropOf = (element) => element instanceof Element && element.closest("[data-evidence-drop]");
  const listOf = (key) => document.getElementById(`evidence-${key}`);

  function enliven(root) {
    if (!window.htmx) return;
    for (const drop of root.querySelectorAll("[data-evidence-drop]")) drop.classList.add("is-live");
  }

  document.addEventListener("DOMContentLoaded", () => enliven(document));
  document.addEventListener("htmx:load", (event) => enliven(event.target.parentElement || document));

  // A list that was made anew takes the focus along: to where the next file is chosen, behind what has just come.
  document.addEventListener("htmx:load", (event) => {
    if (!event.target.matches(".evidence") || document.activeElement !== document.body) return;
    const next = event.target.querySelector("input[type=file]") || event.target.querySelector("a, button");
    if (next) next.focus({ preventScroll: true });
  });

  // Dropping -----------------------------------------------------------------------------------------------------------
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      const drop = dropOf(event.target);
      if (!drop) return;
      event.preventDefault();
      drop.classList.add("is-over");
    });
  }
  document.addEventListener("dragleave", (event) => {
    const drop = dropOf(event.target);
    if (drop && !drop.contains(event.relatedTarget)) drop.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    const drop = dropOf(event.target);
    if (!drop) return;
    event.preventDefault();
    drop.classList.remove("is-over");
    const field = drop.querySelector("input[type=file]");
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // A file dropped beside the place must not replace the page and what was typed on it.
  for (const name of ["dragover", "drop"]) {
    window.addEventListener(name, (event) => {
      if (event.dataTransfer && [...event.dataTransfer.types].includes("Files")) event.preventDefault();
    });
  }

  // How far -----------------------------------------------------------------------------------------------------------
  // The list is replaced by every answer, so its parts are looked up anew each time.
  function show(key, name, percent, words) {
    const line = listOf(key) && listOf(key).querySelector(".evidence-sending");
    if (!line) return;
    line.hidden = false;
    line.querySelector(".evidence-sending-name").textContent = name;
    line.querySelector("progress").value = percent;
    line.querySelector(".evidence-sending-state").textContent = words ? line.dataset[words] : `${Math.floor(percent)} %`;
    line.classList.toggle("is-lost", Boolean(words));
  }

  const namesIn = (field) => [...field.files].map((file) => file.name).join(", ");

  function hide(key) {
    const line = listOf(key) && listOf(key).querySelector(".evidence-sending");
    if (line) line.hidden = true;
  }

  function tell(key, name, reasons) {
    const list = listOf(key);
    if (!list) return;
    const box = document.createElement("ul");
    box.className = "evidence-problems";
    box.setAttribute("role", "alert");
    const item = box.appendChild(document.createElement("li"));
    item.appendChild(document.createElement("strong")).textContent = name;
    item.append(` ${reasons.join(" ")}`);
    list.insertBefore(box, list.querySelector("[data-evidence-drop]"));
  }

  document.addEventListener("htmx:xhr:progress", (event) => {
    const drop = dropOf(event.target);
    const field = drop && drop.querySelector("input[type=file]");
    if (!field || !event.detail.lengthComputable) return;
    show(drop.dataset.key, namesIn(field), (100 * event.detail.loaded) / event.detail.total);
  });

  // Large files in pieces ---------------------------------------------------------------------------------------------
  // The cookie, not the page's own token: signing in again in another window changes it.
  const token = () => (document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/) || [])[1] || "";

  const pause = (seconds) => new Promise((resolve) => {
    window.setTimeout(resolve, seconds * 1000);
    window.addEventListener("online", resolve, { once: true });
  });

  // Asks until an answer comes: a lost connection, a server that restarts and a session that ended are waited for.
  async function ask(url, body, headers, lost) {
    for (let wait = 1; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      try {
        const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token(), ...headers } });
        if (!answer.redirected && answer.status < 500 && answer.status !== 403) return answer;
        if (answer.redirected || answer.status === 403) document.getElementById("offline").hidden = false;
      } catch { /* no connection */ }
      lost();
      await pause(wait);
    }
  }

  // Tells two files of one name and size apart, where the browser can hash.
  async function fingerprint(file) {
    if (!window.crypto || !crypto.subtle) return String(file.lastModified);
    const ends = new Blob([file.slice(0, PIECE), file.slice(-PIECE)]);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await ends.arrayBuffer()));
    return `${file.lastModified}-${[...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  }

  async function send(file, place, fields) {
    let offset = 0;
    const percent = () => (100 * offset) / file.size;
    const lost = () => show(place.key, file.name, percent(), "lost");
    const told = new FormData();
    for (const [name, value] of fields) if (typeof value === "string") told.append(name, value);
    told.append("name", file.name);
    told.append("size", file.size);
    told.append("fingerprint", await fingerprint(file));
    show(place.key, file.name, 0);
    const begun = await (await ask(place.begin, told, {}, lost)).json();
    if (begun.reasons) return tell(place.key, file.name, begun.reasons);
    for (offset = begun.received; offset < file.size; ) {
      show(place.key, file.name, percent());
      const piece = await file.slice(offset, offset + PIECE).arrayBuffer();
      const headers = { "Content-Type": "application/octet-stream", "Upload-Offset": String(offset) };
      const answer = await ask(begun.piece, piece, headers, lost);
      if (answer.status === 404) return send(file, place, fields); // forgotten meanwhile: from the beginning
      const said = await answer.json();
      if (said.reasons) return tell(place.key, file.name, said.reasons);
      offset = said.received;
    }
    show(place.key, file.name, 100);
    const answer = await ask(begun.finish, new FormData(), { "HX-Request": "true" }, lost);
    if (answer.status === 404) return send(file, place, fields); // refused, and the reason was lost on the way
    if (listOf(place.key)) htmx.swap(listOf(place.key), await answer.text(), { swapStyle: "outerHTML" });
  }

  let line = Promise.resolve(); // one after the other
  function sendAll(files, place, fields) {
    for (const file of files) {
      going.add(file);
      line = line.then(() => send(file, place, fields)).catch((error) => {
        const sending = listOf(place.key) && listOf(place.key).querySelector(".evidence-sending");
        const unreadable = error instanceof DOMException && sending; // the browser can no longer read the file
        if (unreadable) tell(place.key, file.name, [sending.dataset.changed]);
        else document.getElementById("offline").hidden = false;
      }).then(() => hide(place.key)).then(() => arrived(file));
    }
  }

  // What is pressed while a file is on its way would break it off: the form goes when the file has arrived. ------------
  const going = new Set();
  let held = null;

  function tellHeld(shown) {
    for (const words of document.querySelectorAll(".evidence-held")) words.hidden = !shown || words.parentElement.hidden;
  }

  function arrived(what) {
    going.delete(what);
    if (going.size || !held) return;
    const { form, submitter } = held;
    held = null;
    tellHeld(false);
    form.requestSubmit(submitter);
  }

  document.addEventListener("htmx:beforeSend", (event) => {
    const drop = dropOf(event.target);
    if (!drop || event.target.type !== "file") return;
    going.add(event.detail.xhr);
    show(drop.dataset.key, namesIn(event.target), 0);
  });
  document.addEventListener("htmx:afterRequest", (event) => arrived(event.detail.xhr));

  document.addEventListener("submit", (event) => {
    if (!going.size || !event.target.querySelector("[data-evidence-drop]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held = { form: event.target, submitter: event.submitter };
    tellHeld(true);
  }, true);

  const isLarge = (files) => Boolean(window.htmx) && [...files].some((file) => file.size > PIECE);

  // Before htmx sees the choice: what is larger than one piece does not go as a whole.
  document.addEventListener("change", (event) => {
    const drop = dropOf(event.target);
    if (!drop || event.target.type !== "file" || !isLarge(event.target.files)) return;
    event.stopImmediatePropagation();
    sendAll([...event.target.files], drop.dataset, []);
    event.target.value = "";
  }, true);

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-evidence-form]");
    const field = form && form.querySelector("input[type=file]");
    if (!field || !isLarge(field.files) || !form.hasAttribute("hx-post")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const fields = [...new FormData(form)];
    sendAll([...field.files], form.dataset, fields);
    dialog().close();
  }, true);

  // One dialog for all ------------------------------------------------------------------------------------------------
  function dialog() {
    let found = document.getElementById("evidence-dialog");
    if (found) return found;
    found = document.body.appendChild(document.createElement("dialog"));
    found.id = "evidence-dialog";
    found.className = "evidence-dialog";
    found.setAttribute("aria-labelledby", "dialog-heading");
    const content = found.appendChild(document.createElement("div"));
    content.id = "evidence-dialog-content";
    found.addEventListener("close", () => { content.textContent = ""; });
    found.addEventListener("click", (event) => { if (event.target === found) found.close(); });
    return found;
  }

  // In a review the file stands under its list, so that the ruling is in view beside it; a second press closes it. -------
  function closePlace(inside) {
    const list = inside.closest(".evidence-place").previousElementSibling;
    inside.closest(".evidence-place").remove();
    const link = list.querySelector("[aria-expanded=true]");
    if (link) { link.setAttribute("aria-expanded", "false"); link.focus(); }
  }

  function openBeside(link) {
    const line = link.closest(".review-line");
    const open = line.querySelector(".evidence-place");
    const isShown = link.getAttribute("aria-expanded") === "true";
    if (open) closePlace(open);
    if (isShown) return;
    const place = document.createElement("div");
    place.className = "evidence-place";
    link.closest(".evidence-list").after(place);
    link.setAttribute("aria-expanded", "true");
    htmx.ajax("GET", link.dataset.evidenceDialog, { target: place, swap: "innerHTML" }).then(() => {
      line.scrollIntoView({ block: "nearest" });
    });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-evidence-dialog]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    const closed = event.target.closest("[data-evidence-close]");
    if (closed) (closed.closest(".evidence-place") ? closePlace(closed) : dialog().close());
    if (!link || !plain || !window.htmx) return;
    event.preventDefault();
    if (link.closest(".review-line")) return openBeside(link);
    const content = dialog().firstChild;
    htmx.ajax("GET", link.dataset.evidenceDialog, { target: content, swap: "innerHTML" }).then(() => {
      if (content.textContent && !dialog().open) dialog().showModal();
      dialog().classList.toggle("is-wide", Boolean(content.querySelector(".evidence-frame, .evidence-picture")));
    });
  });
  document.addEventListener("evidence-done", () => { if (dialog().open) dialog().close(); });
})();
