// Forms: fields that search on the server, file drop.
(function () {
  "use strict";
  const { on, focusFirst } = window.desk;

  function optionsUrl(select, typed) {
    const url = new URL(select.dataset.optionsUrl, window.location.href);
    url.searchParams.set("q", typed);
    (select.dataset.depends || "").split(" ").filter(Boolean).forEach((name) => {
      const other = select.form && select.form.elements.namedItem(name);
      if (other && other.value) url.searchParams.set(name, other.value);
    });
    return url;
  }

  // What was found before is not an answer to what is typed now; only what is chosen stays.
  function forget(made) {
    const kept = new Set([].concat(made.getValue()).map(String));
    Object.keys(made.options).forEach((key) => { if (key !== "" && !kept.has(key)) made.removeOption(key, true); });
  }

  // A choice may fill further fields: never one that somebody has typed into, and again where it was filled before.
  function fill(form, option) {
    Object.entries((option && option.fills) || {}).forEach(([name, given]) => {
      const field = form && form.elements.namedItem(name);
      if (!field || field.disabled) return;
      const now = field.type === "checkbox" ? (field.checked ? "y" : "") : field.value;
      if (now && now !== field.dataset.filled) return;
      if (field.tomselect) {
        field.tomselect.addOption({ id: given.value, text: given.text });
        field.tomselect.setValue(given.value);
      } else if (field.type === "checkbox") field.checked = given.value === "y";
      else { field.value = given.value; field.dispatchEvent(new Event("change", { bubbles: true })); }
      field.dataset.filled = given.value;
    });
  }

  function enhance(where) {
    where.querySelectorAll("select[data-remote-select], select[data-select]").forEach((select) => {
      if (select.tomselect || select.disabled || select.closest("template")) return;
      const remote = "optionsUrl" in select.dataset;
      const many = select.multiple;
      const settings = {
        // Not on the way from field to field: on the keyboard Backspace does it.
        plugins: many ? { remove_button: { title: document.body.dataset.remove || "" } } : select.querySelector('option[value=""]') ? { clear_button: { title: document.body.dataset.clear || "", tabindex: -1 } } : [],
        placeholder: select.dataset.placeholder || "",
        hidePlaceholder: true,
        maxOptions: remote ? 100 : 500,
        closeAfterSelect: !many,
        // What was typed found its option; the next one is typed anew.
        clearAfterSelect: many,
        create: "create" in select.dataset,
        // Beside what scrolls, or a short dialog would hide it.
        dropdownParent: "body",
        render: { option: (one, escape) => { const row = document.createElement("div"); row.textContent = one.text; if (one.hint) { const hint = document.createElement("span"); hint.className = "option-hint"; hint.textContent = one.hint; row.append(hint); } return row; }, no_results: () => { const none = document.createElement("div"); none.className = "no-results"; none.textContent = document.body.dataset.noResults || "—"; return none; } },
      };
      if (remote) {
        Object.assign(settings, {
          valueField: "id", labelField: "text", searchField: [], loadThrottle: 180,
          // What is chosen stays among the options; it is offered where it is an answer to what is typed.
          score() { return (one) => Number(this.found.has(String(one.id))); }, sortField: [{ field: "$order" }],
          load(typed, done) {
            // Nothing is remembered: what was found before is thrown away below, so the same words must be asked again.
            this.loadedSearches = {};
            fetch(optionsUrl(select, typed), { headers: { Accept: "application/json" }, credentials: "same-origin" })
              .then((answer) => (answer.ok ? answer.json() : { results: [] }))
              .then((answer) => {
                // The reader has typed on: this is no answer any more.
                if (typed !== this.inputValue()) { done(); return; }
                forget(this);
                this.found = new Set(answer.results.map((one) => String(one.id)));
                done(answer.results);
              })
              .catch(() => done());
          },
          shouldLoad: () => true,
        });
      }
      const made = new window.TomSelect(select, settings);
      // A click on what is chosen already unfolds the field: marked, it would swallow what is typed next.
      if (many) made.hook("instead", "onItemSelect", () => false);
      // Only the field that one types into is there for screen readers, with all that was said of the select.
      select.setAttribute("aria-hidden", "true");
      ["aria-label", "aria-describedby", "aria-invalid"].forEach((name) => { if (select.hasAttribute(name)) made.control_input.setAttribute(name, select.getAttribute(name)); });
      if (select.required) made.control_input.setAttribute("aria-required", "true");
      if (remote) {
        // While the answer is on its way nothing is offered that Enter could choose by mistake.
        made.found = new Set();
        made.on("type", () => { forget(made); made.found.clear(); made.isDropdownContentStale = true; made.refreshOptions(true); });
        (select.dataset.depends || "").split(" ").filter(Boolean).forEach((name) => {
          const other = select.form && select.form.elements.namedItem(name);
          if (other) other.addEventListener("change", () => { made.clear(); made.clearOptions(); made.isFresh = false; });
        });
        // The first ones show as soon as the field unfolds; what unfolds it may be the first key that is typed.
        made.on("change", (value) => fill(select.form, made.options[value]));
        made.on("dropdown_open", () => { if (!made.isFresh) { made.isFresh = true; made.load(made.inputValue()); } });
        made.on("blur", () => { made.isFresh = false; });
      }
    });
  }

  // The card of whom a form is about stands beside it.
  const card = document.querySelector("[data-card-of]");
  if (card) {
    const field = document.querySelector("form.desk-form select[name='" + card.dataset.cardOf + "']");
    const show = () => {
      if (field && field.value) window.htmx.ajax("GET", card.dataset.cardUrl.replace("{id}", field.value), { target: card, swap: "innerHTML" });
      else card.replaceChildren();
    };
    if (field) { field.addEventListener("change", show); if (field.value) document.addEventListener("DOMContentLoaded", show); }
  }

  // It stays in its place while a dialog scrolls, and goes with its field.
  document.addEventListener("scroll", (event) => {
    if (event.target !== document) event.target.querySelectorAll("select.tomselected").forEach((select) => { if (select.tomselect.isOpen) select.tomselect.positionDropdown(); });
  }, true);
  document.addEventListener("htmx:beforeCleanupElement", (event) => { if (event.target.tomselect) event.target.tomselect.destroy(); });

  const form = document.querySelector("form[data-guard], form[data-draft]");
  enhance(document);
  if (form) start(form);
  function start(where) { if (where.querySelector(".is-invalid") || where.closest(".form-page")) focusFirst(where); }
  document.addEventListener("htmx:afterSettle", (event) => {
    // What was replaced whole is gone; what came in its place is told of by itself.
    const place = event.detail.target.isConnected ? event.detail.target : event.target;
    enhance(place);
    if (place.querySelector(".is-invalid")) focusFirst(place);
  });

  // Ctrl-Enter sends; a second click does not send twice.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) event.target.form.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    // A form that fetches a file leaves the page as it is.
    if (event.defaultPrevented || event.target.method !== "post" || "stays" in event.target.dataset) return;
    if (event.submitter && event.submitter.formTarget) return; // it opens in a frame: this page stays to be saved
    setTimeout(() => event.target.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = true; }), 0);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = false; });
  });

  document.querySelectorAll("[data-drop]").forEach((zone) => {
    const input = zone.querySelector("input[type=file]");
    const send = zone.querySelector("[data-drop-send]");
    const show = () => {
      zone.querySelector("[data-drop-names]").textContent = [...input.files].map((file) => file.name).join(", ");
      send.hidden = !input.files.length;
    };
    show();
    input.addEventListener("change", show);
    ["dragover", "dragleave", "drop"].forEach((type) => zone.addEventListener(type, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", type === "dragover");
      if (type === "drop" && event.dataTransfer.files.length) { input.files = event.dataTransfer.files; show(); }
    }));
  });
  window.desk.enhance = enhance;
})();
