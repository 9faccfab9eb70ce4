// A cell of a list that opens what changes it: a small box beside the cell, on a phone at the foot of the page.
(function () {
  "use strict";
  const { on, enhance, focusFirst } = window.desk;
  const box = document.createElement("div");
  box.id = "cell-editor";
  box.className = "cell-editor";
  box.hidden = true;
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-labelledby", "cell-title");
  document.body.append(box);
  let opener = null;

  function place() {
    if (!opener || box.hidden) return;
    if (window.innerWidth < 768) { box.style.left = ""; box.style.top = ""; return; }
    const at = opener.getBoundingClientRect();
    const size = box.getBoundingClientRect();
    const below = at.bottom + 6 + size.height <= window.innerHeight;
    box.style.left = Math.max(8, Math.min(at.left - 8, window.innerWidth - size.width - 12)) + "px";
    box.style.top = Math.max(8, below ? at.bottom + 6 : at.top - size.height - 6) + "px";
  }

  function close(returns) {
    if (box.hidden) return;
    box.querySelectorAll("select.tomselected").forEach((select) => select.tomselect.destroy());
    box.hidden = true;
    box.replaceChildren();
    if (opener && opener.isConnected) {
      opener.setAttribute("aria-expanded", "false");
      if (returns) opener.focus({ preventScroll: true });
    }
    opener = null;
  }

  function open(link) {
    close(false);
    opener = link;
    link.setAttribute("aria-expanded", "true");
    window.htmx.ajax("GET", link.href, { target: box, swap: "innerHTML" }).then(() => {
      if (opener !== link || !box.childElementCount) return;
      box.hidden = false;
      enhance(box);
      place();
      const first = box.querySelector("input:not([type=hidden]), select, textarea");
      if (first) focusFirst(box);
      else { const step = box.querySelector(".cell-step:not([disabled])"); if (step) step.focus(); }
    });
  }

  on("click", "a[data-cell]", (event, link) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx) return;
    event.preventDefault();
    if (opener === link) close(true);
    else open(link);
  });
  on("click", "[data-close-cell]", () => close(true));
  document.addEventListener("pointerdown", (event) => {
    if (box.hidden || !event.target.closest) return;
    if (event.target.closest("#cell-editor, .ts-dropdown, .modal, a[data-cell]")) return;
    close(false);
  });
  document.addEventListener("keydown", (event) => {
    if (box.hidden) return;
    if (event.key === "Escape" && !document.querySelector(".ts-wrapper.dropdown-active")) { event.preventDefault(); close(true); }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const steps = [...box.querySelectorAll(".cell-step:not([disabled])")];
      const at = steps.indexOf(document.activeElement);
      if (at < 0) return;
      event.preventDefault();
      steps[(at + (event.key === "ArrowDown" ? 1 : -1) + steps.length) % steps.length].focus();
    }
    if (event.key === "Tab") {
      const all = [...box.querySelectorAll("a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select:not(.tomselected), textarea")];
      const edge = event.shiftKey ? all[0] : all[all.length - 1];
      if (all.length && document.activeElement === edge) { event.preventDefault(); close(true); }
    }
  });
  // The step that asks for more opens its own dialog.
  on("click", "#cell-editor a[data-dialog]", () => close(false));
  document.addEventListener("record-changed", () => close(true));
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target === box) place(); });
  window.addEventListener("resize", place);
  window.addEventListener("scroll", place, { passive: true });
  window.desk.cell = { open, close };
})();
