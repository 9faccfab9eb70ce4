// The command palette: asks the server as one types, moves with the arrows, opens with Enter.
(function () {
  "use strict";
  const box = document.getElementById("palette");
  if (!box) return;
  const { on } = window.desk;
  const input = document.getElementById("palette-input");
  const list = document.getElementById("palette-list");
  const status = document.getElementById("palette-status");
  let options = [];
  let at = -1;
  let timer = 0;
  let running = null;
  // What Enter was pressed for before the answer was there.
  let waiting = null;

  function element(name, css, text) {
    const made = document.createElement(name);
    if (css) made.className = css;
    if (text) made.textContent = text;
    return made;
  }

  function picture(name) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(space, "use");
    use.setAttribute("href", box.dataset.icons + "#" + name);
    svg.append(use);
    return svg;
  }

  function choose(number) {
    if (options[at]) options[at].setAttribute("aria-selected", "false");
    at = options.length ? (number + options.length) % options.length : -1;
    if (at < 0) { input.removeAttribute("aria-activedescendant"); return; }
    options[at].setAttribute("aria-selected", "true");
    options[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[at].id);
  }

  function line(item) {
    const row = element("div", "palette-item");
    row.id = "palette-option-" + options.length;
    row.dataset.url = item.url;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    row.append(picture(item.icon), element("span", "palette-label", item.label));
    if (item.detail) row.append(element("span", "palette-detail", item.detail));
    options.push(row);
    return row;
  }

  function show(groups) {
    options = [];
    list.replaceChildren(...groups.map((group, number) => {
      const part = element("div", "palette-group");
      part.setAttribute("role", "group");
      const heading = element("div", "palette-heading", group.label);
      heading.id = "palette-group-" + number;
      part.setAttribute("aria-labelledby", heading.id);
      part.append(heading, ...group.items.map(line));
      return part;
    }));
    input.setAttribute("aria-expanded", String(options.length > 0));
    status.textContent = options.length ? "" : box.dataset.nothing;
    at = -1;
    choose(0);
  }

  function ask() {
    clearTimeout(timer);
    timer = 0;
    if (running) running.abort();
    const mine = running = new AbortController();
    fetch(box.dataset.url + "?q=" + encodeURIComponent(input.value), { signal: mine.signal, headers: { Accept: "application/json" } })
      .then((answer) => {
        // Logged out meanwhile: the page itself says so.
        if (answer.redirected || answer.status === 401) { window.location.reload(); return null; }
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then((found) => {
        if (!found || mine !== running) return;
        running = null;
        show(found.groups);
        if (waiting) open(waiting.isNew);
      })
      .catch((error) => {
        if (error.name === "AbortError" || mine !== running) return;
        running = waiting = null;
        show([]);
        status.textContent = box.dataset.failed;
      });
  }

  function open(isNew) {
    waiting = null;
    const chosen = options[at];
    if (!chosen) return;
    if (isNew) window.open(chosen.dataset.url, "_blank", "noopener");
    else window.location.assign(chosen.dataset.url);
    box.close();
  }

  function start() {
    if (box.open) { box.close(); return; }
    if (document.querySelector("dialog[open], .modal.show")) return;
    input.value = "";
    waiting = null;
    show([]);
    status.textContent = "";
    box.showModal();
    input.focus();
    ask();
  }

  input.addEventListener("input", () => {
    waiting = null;
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") choose(at + 1);
    else if (event.key === "ArrowUp") choose(at - 1);
    else if (event.key === "Enter") {
      const isNew = event.ctrlKey || event.metaKey;
      if (timer || running) { waiting = { isNew }; if (timer) ask(); } else open(isNew);
    } else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) { choose(options.indexOf(row)); open(event.ctrlKey || event.metaKey); }
  });
  box.addEventListener("close", () => { clearTimeout(timer); timer = 0; if (running) running.abort(); running = waiting = null; });
  on("click", "[data-open-palette]", start);
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    start();
  });
})();
