// Evidence: drop files on a criterion, and see how far the sending is. Without this the form works as it is.
(function () {
  "use strict";

  const dropOf = (element) => element instanceof Element && element.closest("[data-evidence-drop]");

  function enliven(root) {
    if (!window.htmx) return;
    for (const drop of root.querySelectorAll("[data-evidence-drop]")) drop.classList.add("is-live");
  }

  document.addEventListener("DOMContentLoaded", () => enliven(document));
  document.addEventListener("htmx:load", (event) => enliven(event.target.parentElement || document));

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

  document.addEventListener("htmx:xhr:progress", (event) => {
    const drop = dropOf(event.target);
    if (!drop || !event.detail.lengthComputable) return;
    const bar = drop.querySelector("progress");
    bar.hidden = false;
    bar.value = Math.round((100 * event.detail.loaded) / event.detail.total);
  });
})();
