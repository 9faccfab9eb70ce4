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
    tile.querySelector(".tile-body").inert = true;
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
    // What a tile shows is out of reach while the tiles are moved about.
    all().forEach((tile) => { tile.querySelector(".tile-body").inert = isOn; });
    if (sorting) sorting.option("disabled", !isOn);
    (isOn ? home.querySelector("[data-arranged]") : home.querySelector("[data-arrange]")).focus();
  }

  on("click", "[data-arrange]", () => arrange(true));
  on("click", "[data-arranged]", () => arrange(false));
  on("click", "[data-move]", (_event, button) => moveBy(button.closest(".tile"), Number(button.dataset.move), button));
  on("click", "[data-resize]", (_event, button) => resize(button.closest(".tile"), Number(button.dataset.resize)));
  on("click", "[data-hide]", (_event, button) => hide(button.closest(".tile")));
  on("click", "[data-add]", (_event, button) => add(button));

  // By mouse and finger; the buttons do the same by keys.
  const sorting = window.Sortable && new window.Sortable(grid, {
    handle: ".tile-head", filter: "button", preventOnFilter: false, animation: 150, disabled: true, ghostClass: "is-dragged",
    onEnd: (event) => { say(event.item); save(); },
  });

  // A device elsewhere than its user said: two names of one time are the same.
  const hint = home.querySelector("[data-zone-hint]");
  const device = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const now = new Date();
  const times = (zone) => [now, new Date(now.getTime() + 15768e6)].map((day) => day.toLocaleString("en-GB", { timeZone: zone })).join();
  if (device && device !== hint.dataset.kept && times(device) !== times(hint.dataset.zone)) {
    hint.querySelector("p").textContent = hint.dataset.text.replace("{device}", device).replace("{own}", hint.dataset.zone);
    hint.elements.namedItem("zone").value = device;
    hint.hidden = false;
  }
})();
