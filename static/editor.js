/* Drag in the tree, keys for its toolbar, tables that grow. Without this file the buttons do the same. */
(() => {
  const keys = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in", KeyZ: "undo" };
  document.addEventListener("keydown", (event) => {
    const wanted = event.altKey && keys[event.code]; // by its place on the keyboard: a Thai layout does as well
    const button = wanted && document.querySelector(`button[data-key="${wanted}"]`);
    if (button) { event.preventDefault(); button.click(); }
  });

  // Who moves a part by its button goes on with it: the page comes anew, the focus stays on the button.
  const PRESSED = "pressed";
  document.addEventListener("submit", (event) => {
    const key = event.submitter?.dataset.key;
    if (key && event.submitter === document.activeElement) sessionStorage.setItem(PRESSED, key);
  });
  const pressed = sessionStorage.getItem(PRESSED);
  sessionStorage.removeItem(PRESSED);
  if (pressed) document.querySelector(`button[data-key="${pressed}"]`)?.focus();

  // Whoever types in the last row of a table finds another blank one below it; saving keeps what is filled in.
  document.addEventListener("input", (event) => {
    const row = event.target.closest("#part-form table.rows tbody tr");
    if (!row) return;
    row.querySelector("button").hidden = false;
    if (row.nextElementSibling) return;
    const next = row.cloneNode(true);
    next.querySelector("button").hidden = true;
    for (const field of next.querySelectorAll("input, select, textarea, button")) {
      field.name = field.name.replace(/\.(\d+)\./, (_all, number) => `.${Number(number) + 1}.`);
      field.ariaLabel = field.ariaLabel?.replace(/\d+$/, (number) => Number(number) + 1);
      if (field.type === "checkbox") field.checked = false;
      else if (field.tagName === "SELECT") field.selectedIndex = 0;
      else if (field.tagName !== "BUTTON") field.value = "";
    }
    row.after(next);
  });

  // A row goes at once, and who took it away stands in the row that took its place.
  document.addEventListener("click", (event) => {
    const row = event.target.closest("#part-form table.rows button")?.closest("tr");
    if (!row) return;
    event.preventDefault();
    const table = row.closest("table");
    (row.nextElementSibling || row.previousElementSibling).querySelector("input, select, textarea").focus();
    row.remove();
    for (const name of ["input", "change"]) table.dispatchEvent(new Event(name, { bubbles: true }));
  });

  // In a table the Enter key goes down, as in a spreadsheet; in its last row it saves.
  document.addEventListener("keydown", (event) => {
    const cell = event.key === "Enter" && event.target.closest("#part-form table.rows input:not([type=checkbox])")?.closest("td");
    const below = cell && cell.parentElement.nextElementSibling?.cells[cell.cellIndex].querySelector("input");
    if (below) { event.preventDefault(); below.focus(); }
  });

  // What is typed is saved before another button or link takes effect. Where saving is refused, the reason stands
  // beside the button, and pressing again leaves without it.
  const form = document.getElementById("part-form");
  let typed = 0, sent = 0, saved = 0, leave = null;
  form.addEventListener("input", () => { typed += 1; });
  form.addEventListener("submit", () => { saved = typed; });
  form.addEventListener("htmx:beforeRequest", () => { sent = typed; });
  form.addEventListener("htmx:afterRequest", ({ detail: { xhr, successful } }) => {
    const go = leave;
    if (!successful) { leave = null; return; }
    saved = sent;
    if (!go || saved !== typed) return;
    leave = null;
    if (!xhr.responseText.includes('class="error"') && !xhr.getResponseHeader("HX-Redirect")) go();
  });
  function saveBefore(event, go) {
    if (saved === typed) return;
    event.preventDefault();
    if (!leave) htmx.ajax("POST", form.getAttribute("hx-post"), { source: form, target: "#saved", swap: "innerHTML" });
    leave = go;
  }
  document.addEventListener("submit", (event) => {
    if (event.target !== form) saveBefore(event, () => event.target.requestSubmit(event.submitter));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const isElsewhere = link && !link.getAttribute("href").startsWith("#") && !link.target && !event.ctrlKey && !event.metaKey;
    if (isElsewhere && !event.defaultPrevented) saveBefore(event, () => { location.href = link.href; });
  });
  window.addEventListener("beforeunload", (event) => { if (saved !== typed) event.preventDefault(); });

  // A section stays folded or open for the next part too, but one with an error, or where a link leads, is open.
  const leadsInto = (section) => location.hash && section.querySelector(`[id="${CSS.escape(location.hash.slice(1))}"]`);
  for (const section of document.querySelectorAll("#part-form details.section")) {
    const [place, summary] = [`section:${section.querySelector("h3").textContent}`, section.querySelector("summary")];
    try {
      const wanted = sessionStorage.getItem(place);
      if (wanted) section.open = wanted === "open" || Boolean(section.querySelector(".error") || leadsInto(section));
      summary.addEventListener("click", () => sessionStorage.setItem(place, section.open ? "folded" : "open"));
    } catch { /* no storage here */ }
  }
  document.querySelector(".contents")?.addEventListener("click", (event) => {
    const section = event.target.hash && document.querySelector(event.target.hash);
    if (section) section.open = true;
  });

  // Whoever writes in both languages says so once.
  const english = document.getElementById("also-english");
  try {
    const wanted = localStorage.getItem("also-english");
    if (wanted) english.checked = wanted === "yes";
    english.addEventListener("change", () => localStorage.setItem("also-english", english.checked ? "yes" : "no"));
  } catch { /* no storage here */ }

  // Rows copied in Word or Excel are pasted cell by cell, from where one stands.
  document.addEventListener("paste", (event) => {
    const cell = event.target.closest("#part-form table.rows td");
    const lines = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n+$/, "").split("\n");
    const isTable = lines.length > 1 || lines[0].includes("\t");
    if (!cell || !isTable || (event.target.matches("textarea:not(.one-line)") && !lines[0].includes("\t"))) return;
    event.preventDefault();
    let row = cell.parentElement;
    for (const line of lines) {
      line.split("\t").forEach((text, across) => put(row.cells[cell.cellIndex + across], text.trim()));
      row = row.nextElementSibling;
    }
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  });
  function put(cell, text) {
    const field = cell?.querySelector("input:not([type=checkbox]), textarea, select");
    if (!field) return;
    const option = field.options && [...field.options].find((one) => text && [one.value, one.text].includes(text));
    if (!field.options) field.value = text;
    else if (option) field.value = option.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A part that has no name yet is waiting for it.
  const first = document.querySelector("#part-form textarea");
  if (first && !first.value && !document.querySelector(".refused")) first.focus({ preventScroll: true });

  const tree = document.getElementById("tree");
  let dragged = null;
  const branch = (event) => event.target.closest("li[data-row]");
  tree.addEventListener("dragstart", (event) => { dragged = branch(event); event.stopPropagation(); });
  tree.addEventListener("dragover", (event) => {
    const over = branch(event);
    if (!dragged || !over || dragged.contains(over)) return;
    event.preventDefault();
    tree.querySelectorAll(".over").forEach((one) => one.classList.remove("over"));
    over.classList.add("over");
  });
  tree.addEventListener("drop", (event) => {
    const over = branch(event);
    if (!dragged || !over || dragged.contains(over)) return;
    event.preventDefault();
    const under = over.parentElement.closest("li[data-row]");
    const form = document.getElementById("drop-form");
    const values = {
      row: dragged.dataset.row, key: dragged.dataset.key,
      before_row: over.dataset.row, before_key: over.dataset.key,
      under_row: under ? under.dataset.row : "", under_key: under ? under.dataset.key : "",
    };
    if (["checklist", "milestone", "weighted", "component"].includes(over.dataset.kind) && dragged.dataset.kind !== over.dataset.kind && over !== under) {
      Object.assign(values, { under_row: over.dataset.row, under_key: over.dataset.key, before_row: "", before_key: "" });
    }
    for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
    form.submit();
  });
})();
