// A page that shows anew what was changed on it: toasts, rows, whole regions (data-fresh), without being left.
(function () {
  "use strict";
  const { on, enhance } = window.desk;
  const parts = window.tabler && window.tabler.bootstrap;

  function say(kind, text) {
    const place = document.getElementById("toasts");
    const model = document.getElementById("toast-" + kind);
    if (!place || !model || !text) return;
    const toast = model.content.firstElementChild.cloneNode(true);
    toast.querySelector(".toast-text").textContent = text;
    toast.querySelector(".btn-close").addEventListener("click", () => toast.remove());
    place.append(toast);
    setTimeout(() => toast.remove(), kind === "success" ? 5000 : 9000);
  }

  function settle(part) {
    if (window.htmx) window.htmx.process(part);
    enhance(part);
    part.dispatchEvent(new CustomEvent("desk:fresh", { bubbles: true }));
  }

  // Fetches the page again and puts its regions in the place of those that are open.
  let asked = 0;
  async function refresh() {
    const mine = ++asked;
    const answer = await fetch(window.location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
    if (!answer.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.querySelectorAll("[data-fresh]").forEach((part) => {
      const found = page.querySelector(`[data-fresh="${CSS.escape(part.dataset.fresh)}"]`);
      if (!found) return;
      const scrolled = [...part.querySelectorAll("[data-keep-scroll]")].map((one) => [one.dataset.keepScroll, one.scrollLeft, one.scrollTop]);
      const made = document.importNode(found, true);
      part.replaceWith(made);
      scrolled.forEach(([key, left, top]) => {
        const one = made.querySelector(`[data-keep-scroll="${CSS.escape(key)}"]`);
        if (one) { one.scrollLeft = left; one.scrollTop = top; }
      });
      settle(made);
    });
  }

  async function refreshRow(pk) {
    const row = document.querySelector(`tr[data-row="${CSS.escape(String(pk))}"]`);
    if (!row) { await refresh(); return; }
    const held = row.contains(document.activeElement) || document.activeElement === document.body;
    const answer = await fetch(row.dataset.rowUrl, { credentials: "same-origin", headers: { "HX-Request": "true" } });
    // Whoever may not see the record any more sees its row no more either.
    if (answer.status === 404) { row.remove(); return; }
    if (!answer.ok) return;
    const found = new DOMParser().parseFromString(`<table><tbody>${await answer.text()}</tbody></table>`, "text/html").querySelector("tr");
    if (!found) { row.remove(); return; }
    const made = document.importNode(found, true);
    const pick = made.querySelector("[data-pick]");
    if (pick) pick.checked = Boolean(row.querySelector("[data-pick]:checked"));
    row.replaceWith(made);
    made.classList.add("row-changed");
    settle(made);
    if (held) { const link = made.querySelector(".row-link"); if (link) link.focus({ preventScroll: true }); }
  }

  function closeDialog() {
    const dialog = document.getElementById("dialog");
    const shown = dialog && parts && parts.Modal.getInstance(dialog);
    if (shown) shown.hide();
  }

  document.addEventListener("record-changed", (event) => {
    const { id, message } = event.detail;
    closeDialog();
    say("success", message);
    if (document.querySelector("[data-board]")) refresh();
    else refreshRow(id);
  });
  document.addEventListener("records-changed", () => { refresh(); });

  // A dialog is asked for by its address.
  function open(url) {
    if (!window.htmx || !parts) { window.location.assign(url); return Promise.resolve(); }
    return window.htmx.ajax("GET", url, { target: "#dialog-content", swap: "innerHTML" }).then(() => {
      parts.Modal.getOrCreateInstance(document.getElementById("dialog")).show();
    });
  }

  // A page that is left open shows what is new by itself, as long as nobody is in the middle of something on it.
  document.querySelectorAll("[data-poll]").forEach((part) => setInterval(() => {
    if (!document.hidden && !document.querySelector("dialog[open], .modal.show, .dropdown-menu.show, [data-pick]:checked")) refresh();
  }, Number(part.dataset.poll) * 1000));

  window.desk.live = { say, refresh, open, parts };
  on("click", "[data-refresh]", () => refresh());
})();
