// The start page: tiles that fail are asked for again, and everybody arranges their own.
(function () {
  "use strict";
  const home = document.querySelector("[data-home]");
  if (!home) return;
  const { on } = window.desk;
  const grid = home.querySelector("[data-tiles]");
  const gallery = home.querySelector("[data-gallery]");
  const status = home.querySelector("[data-arrange-status]");
  const WIDEST = 3;
  let dragged = null;

  document.addEventListener("htmx:afterSwap", (event) => { event.detail.target.removeAttribute("aria-busy"); });
  on("click", "[data-retry]", (_event, button) => window.htmx.trigger(button.closest(".tile-body"), "retry"));

  const all = () => [...grid.children];

  function save() {
    const body = new URLSearchParams(all().map((tile) => ["tile", tile.dataset.tile + ":" + tile.dataset.width]));
    fetch("/tiles/arrange", { method: "POST", body, credentials: "same-origin", keepalive: true,
      headers: { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content, "HX-Request": "true" } });
  }

  function say(tile) {
    status.textContent = home.dataset.moved.replace("{place}", all().indexOf(tile) + 1).replace("{number}", all().length);
  }

  function moveBy(tile, by, button) {
    const others = all();
    const at = others.indexOf(tile) + by;
    if (at < 0 || at >= others.length) return;
    others[at].insertAdjacentElement(by < 0 ? "beforebegin" : "afterend", tile);
    button.focus();
    say(tile);
    save();
  }

  function resize(tile, by) {
    const width = Math.min(WIDEST, Math.max(1, Number(tile.dataset.width) + by));
    tile.classList.replace("tile-" + tile.dataset.width, "tile-" + width);
    tile.dataset.width = width;
    save();
  }

  function offer(tile) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "gallery-tile";
    button.dataset.add = tile.dataset.tile;
    const head = tile.querySelector("h2");
    button.append(head.querySelector(".icon").cloneNode(true), head.querySelector("span").cloneNode(true));
    button.tileHidden = tile;
    gallery.append(button);
    return button;
  }

  function hide(tile) {
    const button = offer(tile);
    tile.remove();
    status.textContent = home.dataset.hidden;
    button.focus();
    save();
  }

  function add(button) {
    const kept = home.querySelector(`template[data-tile-of="${CSS.escape(button.dataset.add)}"]`);
    const tile = button.tileHidden || kept.content.firstElementChild.cloneNode(true);
    tile.draggable = true;
    grid.append(tile);
    window.htmx.process(tile);
    button.remove();
    tile.querySelector("[data-move]").focus();
    say(tile);
    save();
  }

  function arrange(isOn) {
    home.classList.toggle("is-arranging", isOn);
    home.querySelector("[data-arrange]").setAttribute("aria-expanded", String(isOn));
    all().forEach((tile) => { tile.draggable = isOn; });
    (isOn ? home.querySelector("[data-arranged]") : home.querySelector("[data-arrange]")).focus();
  }

  on("click", "[data-arrange]", () => arrange(true));
  on("click", "[data-arranged]", () => arrange(false));
  on("click", "[data-move]", (_event, button) => moveBy(button.closest(".tile"), Number(button.dataset.move), button));
  on("click", "[data-resize]", (_event, button) => resize(button.closest(".tile"), Number(button.dataset.resize)));
  on("click", "[data-hide]", (_event, button) => hide(button.closest(".tile")));
  on("click", "[data-add]", (_event, button) => add(button));

  grid.addEventListener("dragstart", (event) => {
    dragged = event.target.closest(".tile");
    if (!dragged || !home.classList.contains("is-arranging")) { dragged = null; return; }
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.tile);
    dragged.classList.add("is-dragged");
  });
  grid.addEventListener("dragover", (event) => {
    const over = event.target.closest(".tile");
    if (!dragged) return;
    event.preventDefault();
    if (!over || over === dragged) return;
    const isAfter = all().indexOf(dragged) < all().indexOf(over);
    over.insertAdjacentElement(isAfter ? "afterend" : "beforebegin", dragged);
  });
  grid.addEventListener("drop", (event) => { if (dragged) event.preventDefault(); });
  grid.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("is-dragged");
    say(dragged);
    dragged = null;
    save();
  });
})();
