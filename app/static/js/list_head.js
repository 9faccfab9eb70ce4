// The head of a list: the link of what is shown is copied, columns are put in order.
(function () {
  "use strict";
  const { on } = window.desk;

  on("click", "[data-copy-link]", (_event, button) => {
    const text = button.querySelector("span");
    const done = () => { text.textContent = button.dataset.done; };
    if (navigator.clipboard) { navigator.clipboard.writeText(window.location.href).then(done); return; }
    // Without https the browser copies only what is marked.
    const field = document.createElement("input");
    field.value = window.location.href;
    button.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    done();
  });
  // A dialog takes the place of the menu that it was opened from.
  on("click", ".dropdown-menu [data-dialog]", (_event, link) => {
    const parts = window.tabler && window.tabler.bootstrap;
    const button = link.closest(".dropdown").querySelector("[data-bs-toggle]");
    if (parts) parts.Dropdown.getOrCreateInstance(button).hide();
  });
  // Columns: by buttons, which the keyboard reaches, or by dragging.
  on("click", "[data-column-move]", (_event, button) => {
    const item = button.closest("[data-column]");
    const up = button.dataset.columnMove === "-1";
    const other = up ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (up) other.before(item); else other.after(item);
    button.focus();
  });
  let dragged = null;
  on("dragstart", "[data-column]", (event, item) => {
    dragged = item;
    item.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
  });
  on("dragover", "[data-column]", (event, item) => {
    if (!dragged) return;
    event.preventDefault();
    if (item === dragged) return;
    const box = item.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) item.before(dragged); else item.after(dragged);
  });
  on("dragend", "[data-column]", (_event, item) => { item.classList.remove("dragged"); dragged = null; });
  // The tab of the present filter is in sight.
  const tab = document.querySelector(".view-tab.active");
  if (tab) tab.parentElement.scrollLeft += tab.getBoundingClientRect().left - tab.parentElement.getBoundingClientRect().left - 40;
})();
