// What works on every page: light and dark, the menu's memory, toasts, confirmation, dialogs.
(function () {
  "use strict";
  const root = document.documentElement;
  const parts = window.tabler && window.tabler.bootstrap;
  const on = (type, selector, run) => document.addEventListener(type, (event) => {
    const found = event.target.closest ? event.target.closest(selector) : null;
    if (found) run(event, found);
  });

  on("click", "[data-theme-switch]", () => {
    const next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    root.setAttribute("data-bs-theme", next);
    document.cookie = "theme=" + next + "; path=/; max-age=31536000; samesite=lax";
  });

  on("click", "[data-back]", () => window.history.back());

  // Groups of the menu stay as the reader left them.
  document.querySelectorAll("details[data-keep]").forEach((group) => {
    const key = "menu:" + group.dataset.keep;
    const kept = window.localStorage.getItem(key);
    if (kept !== null && !group.querySelector(".active")) group.open = kept === "open";
    group.addEventListener("toggle", () => window.localStorage.setItem(key, group.open ? "open" : "shut"));
  });

  document.querySelectorAll("[data-toast]").forEach((toast) => {
    toast.querySelector(".btn-close").addEventListener("click", () => toast.remove());
    if (toast.dataset.toast === "success" || toast.dataset.toast === "info") setTimeout(() => toast.remove(), 6000);
  });

  // Anything that asks first: a form, or a button of one.
  const box = document.getElementById("confirm");
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    const question = (button && button.dataset.confirm) || form.dataset.confirm;
    if (!question || form.dataset.confirmed === "yes" || !box) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    document.getElementById("confirm-text").textContent = question;
    box.returnValue = "";
    box.addEventListener("close", () => {
      if (box.returnValue !== "yes") return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(button || undefined);
    }, { once: true });
    box.showModal();
  }, true);

  let opener = null;
  // A step that asks for something opens in the page; without this script it is a page of its own.
  on("click", "a[data-dialog]", (event, link) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx || !parts) return;
    event.preventDefault();
    // Of an entry of a menu, which is folded up by then, it is the menu's button that the reader comes back to.
    const menu = link.closest(".dropdown-menu");
    opener = menu ? menu.parentElement.querySelector("[data-bs-toggle=dropdown]") : link;
    window.htmx.ajax("GET", link.href, { target: "#dialog-content", swap: "innerHTML" }).then(() => {
      const dialog = parts.Modal.getOrCreateInstance(document.getElementById("dialog"));
      dialog.show();
    });
  });
  // A panel that was left out is fetched when its tab is opened.
  function fill(pane) {
    const place = pane && pane.querySelector("[data-lazy]");
    if (place && window.htmx) window.htmx.ajax("GET", place.dataset.lazy, { target: place, swap: "outerHTML" });
  }
  document.addEventListener("show.bs.tab", (event) => fill(document.querySelector(event.target.dataset.bsTarget)));
  document.querySelectorAll(".tab-pane.active").forEach(fill);
  // The tab that an address opens is in sight.
  document.querySelectorAll(".tab-strip .active").forEach((tab) => {
    const strip = tab.closest(".tab-strip");
    const at = tab.getBoundingClientRect(), seen = strip.getBoundingClientRect();
    if (at.right > seen.right) strip.scrollLeft += at.left - seen.left - 40;
  });

  const dialog = document.getElementById("dialog");
  if (dialog) {
    dialog.addEventListener("show.bs.modal", () => {
      const title = dialog.querySelector(".modal-title");
      if (title) dialog.setAttribute("aria-label", title.textContent);
    });
    dialog.addEventListener("shown.bs.modal", () => focusFirst(dialog));
    dialog.addEventListener("hidden.bs.modal", () => {
      document.getElementById("dialog-content").replaceChildren();
      if (opener && opener.isConnected) opener.focus();
      opener = null;
    });
  }
  // The order of a list, for the way from one of its records to the next.
  window.addEventListener("pagehide", () => {
    const rows = [...document.querySelectorAll("tr[data-href]")].map((row) => row.dataset.href);
    if (rows.length) window.sessionStorage.setItem("rows:" + rows[0].replace(/[^/]+$/, ""), JSON.stringify(rows));
  });
  document.addEventListener("htmx:responseError", (event) => {
    // The answer is a whole page that says what is wrong.
    const answer = event.detail.xhr;
    if (answer.status >= 400 && answer.status !== 422) window.location.assign(event.detail.requestConfig.path);
  });

  function focusFirst(where) {
    const wrong = where.querySelector(".is-invalid:not(.ts-wrapper), .ts-wrapper.is-invalid input");
    // What the address fills in, the record a new one belongs to, is no question.
    const given = new URLSearchParams(window.location.search);
    const fields = [...where.querySelectorAll(".ts-control input, input:not([type=hidden]):not([disabled]), select:not(.tomselected):not([disabled]), textarea")];
    const name = (field) => field.name || (field.closest(".ts-wrapper") || { previousElementSibling: {} }).previousElementSibling.name;
    const first = wrong || fields.find((field) => !given.get(name(field))) || fields[0];
    if (!first) return;
    // A select that searches does not unfold by itself.
    const select = first.closest(".ts-wrapper") && first.closest(".ts-wrapper").previousElementSibling;
    const made = select && select.tomselect;
    if (!made) { first.focus(); return; }
    made.settings.openOnFocus = false;
    made.focus();
    setTimeout(() => { made.settings.openOnFocus = true; }, 50);
  }

  // The start page offers again what one looked at last; the page tells of itself, for reading it writes nothing.
  const looked = document.querySelector("[data-recent]");
  if (looked && window.sessionStorage.getItem("recent") !== looked.dataset.recent) {
    fetch(looked.dataset.recent, { method: "POST", credentials: "same-origin", keepalive: true,
      headers: { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content } })
      .then((answer) => { if (answer.ok) window.sessionStorage.setItem("recent", looked.dataset.recent); }, () => {});
  }
  window.desk = { on, focusFirst };
})();
