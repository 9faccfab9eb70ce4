// Picking rows of a list: by click, by range, all of the page; the bar at the foot opens what is done with them.
(function () {
  "use strict";
  const { on, live } = window.desk;
  let last = null;

  const boxes = () => [...document.querySelectorAll(".can-pick [data-pick]")];
  const picked = () => boxes().filter((box) => box.checked);

  function show() {
    const bar = document.querySelector("form[data-bulk-bar]");
    if (!bar) return;
    const number = picked().length;
    const said = bar.querySelector("[data-picked]");
    said.textContent = said.dataset.text.replace("#", number);
    boxes().forEach((box) => box.closest("tr").classList.toggle("is-picked", box.checked));
    const all = document.querySelector(".can-pick [data-pick-all]");
    if (all) {
      all.checked = number > 0 && number === boxes().length;
      all.indeterminate = number > 0 && !all.checked;
    }
  }

  // Shift and a click pick everything between this row and the one before.
  on("click", ".can-pick [data-pick]", (event, box) => {
    const rows = boxes();
    const from = rows.indexOf(last);
    if (event.shiftKey && from >= 0) {
      const to = rows.indexOf(box);
      rows.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((one) => { one.checked = box.checked; });
    }
    last = box;
    show();
  });
  on("change", ".can-pick [data-pick-all]", (_event, all) => {
    boxes().forEach((box) => { box.checked = all.checked; });
    show();
  });
  on("click", ".can-pick td.col-pick", (event, cell) => {
    if (event.target.closest("input")) return;
    const box = cell.querySelector("[data-pick]");
    if (box) { event.preventDefault(); box.click(); }
  });
  function clear() {
    boxes().forEach((box) => { box.checked = false; });
    last = null;
    show();
  }
  on("click", "[data-unpick]", clear);

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || !button.matches("[data-bulk]")) return;
    const bar = button.form;
    const rows = picked();
    event.preventDefault();
    if (rows.length > Number(bar.dataset.limit)) { live.say("warning", bar.dataset.tooMany); return; }
    const url = new URL(button.formAction);
    url.searchParams.set("ids", rows.map((box) => box.value).join(","));
    url.searchParams.set("back", bar.elements.namedItem("back").value);
    live.open(url.pathname + url.search);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !picked().length) return;
    if (document.querySelector("dialog[open], .modal.show, .dropdown-menu.show, #cell-editor:not([hidden])")) return;
    clear();
  });
  document.addEventListener("desk:fresh", show);
  window.addEventListener("pageshow", show);
  show();
})();
