// Shortcuts of single keys, and the sheet that lists them. They never fire while somebody types or a dialog is open.
(function () {
  "use strict";
  const sheet = document.getElementById("shortcuts");
  if (!sheet) return;
  const { on } = window.desk;
  const palette = document.getElementById("palette");
  const toggle = document.getElementById("single-keys");
  const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]:not([contenteditable=false]), .ts-wrapper";
  let first = "";
  let timer = 0;

  toggle.checked = window.localStorage.getItem("single-keys") !== "off";
  toggle.addEventListener("change", () => window.localStorage.setItem("single-keys", toggle.checked ? "on" : "off"));

  function go(url) {
    if (url && url !== window.location.pathname) window.location.assign(url);
  }

  function step(by) {
    const rows = [...document.querySelectorAll(".desk-list .row-link")];
    if (!rows.length) return;
    const at = rows.findIndex((row) => row === document.activeElement);
    rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))].focus();
  }

  function search() {
    const field = document.querySelector(".quick input[type=search]");
    if (field) { field.focus(); field.select(); }
    return Boolean(field);
  }

  function edit() {
    const link = document.querySelector(".record-buttons a[href*='/edit/']");
    if (link) link.click();
  }

  // What the row that has the focus offers: its box, its state, its assignee.
  function inRow(what) {
    const row = document.activeElement.closest(".desk-list tr");
    const found = row && row.querySelector(what);
    if (found) found.click();
    return Boolean(found);
  }

  const RUN = {
    x: () => inRow("[data-pick]"), s: () => inRow(".col-state a[data-cell]"), a: () => inRow(".col-assignee a[data-cell]"),
    "?": () => sheet.showModal(), "/": search, j: () => step(1), k: () => step(-1), e: edit,
    c: () => go(palette.dataset.create),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest && event.target.closest(TYPING)) return;
    if (document.querySelector("dialog[open], .modal.show, .dropdown-menu.show")) return;
    // The sheet stays within reach where the rest is switched off, by the palette.
    if (!toggle.checked || event.key === "Shift") return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    clearTimeout(timer);
    if (first === "g") {
      first = "";
      const jump = /^[a-z]$/.test(key) && sheet.querySelector(`[data-jump="${key}"]`);
      if (jump) { event.preventDefault(); go(jump.dataset.url); }
      return;
    }
    if (key === "g") {
      first = "g";
      timer = setTimeout(() => { first = ""; }, 1200);
      return;
    }
    const begun = /^[a-z]$/.test(key) && sheet.querySelector(`[data-key="${key}"]`);
    if (begun) { event.preventDefault(); go(begun.dataset.url); return; }
    if (!Object.hasOwn(RUN, key)) return;
    if (RUN[key]() !== false) event.preventDefault();
  });

  on("click", "[data-open-shortcuts]", () => { palette.close(); sheet.showModal(); });
  on("click", "[data-close-box]", (_event, button) => button.closest("dialog").close());
  // A click beside a box closes it.
  [palette, sheet].forEach((box) => box.addEventListener("click", (event) => { if (event.target === box) box.close(); }));
})();
