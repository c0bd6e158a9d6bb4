/* Drag in the tree and keys for its toolbar. Without this file the buttons do the same. */
(() => {
  const keys = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in", z: "undo" };
  document.addEventListener("keydown", (event) => {
    const wanted = event.altKey && keys[event.key];
    const button = wanted && document.querySelector(`button[data-key="${wanted}"]`);
    if (button) { event.preventDefault(); button.click(); }
  });

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
