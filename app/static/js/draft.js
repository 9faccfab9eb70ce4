// What is typed is not lost: not by a click elsewhere, not by a change of language, not by a dialog closed by mistake.
(function () {
  "use strict";
  const { on } = window.desk;
  const keyOf = (form) => "draft:" + new URL(form.getAttribute("action") || "", window.location.href).pathname;
  const typed = (form) => [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string");

  function watch(form) {
    if (form.isChanged) return;
    // A form that came back refused holds what was typed already.
    const before = form.querySelector(".form-alert") ? "" : JSON.stringify(typed(form));
    form.isChanged = () => JSON.stringify(typed(form)) !== before;
    form.addEventListener("submit", () => { form.isLeaving = true; });
    restore(form);
  }

  function keep(form) {
    const texts = {};
    form.querySelectorAll("select[data-remote-select]").forEach((select) => {
      [...select.selectedOptions].forEach((option) => { texts[select.name + "=" + option.value] = option.text; });
    });
    window.sessionStorage.setItem(keyOf(form), JSON.stringify({ draft: typed(form), texts }));
    form.isLeaving = true;
  }

  function choose(select, given, texts) {
    const textOf = (value) => texts[select.name + "=" + value] || value;
    if (select.tomselect) {
      given.forEach((value) => select.tomselect.addOption({ id: value, value, text: textOf(value) }));
      select.tomselect.setValue(given, true);
      return;
    }
    given.forEach((value) => {
      if (![...select.options].some((option) => option.value === value)) select.add(new Option(textOf(value), value));
    });
    [...select.options].forEach((option) => { option.selected = given.includes(option.value); });
  }

  function restore(form) {
    const kept = window.sessionStorage.getItem(keyOf(form));
    if (!kept) return;
    window.sessionStorage.removeItem(keyOf(form));
    const { draft, texts } = JSON.parse(kept);
    const values = new Map();
    draft.forEach(([name, value]) => values.set(name, [...(values.get(name) || []), value]));
    [...form.elements].forEach((field) => {
      if (!field.name || field.name === "csrf_token" || field.type === "file") return;
      const given = values.get(field.name) || [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = given.includes(field.value);
      else if (field.tagName === "SELECT") choose(field, given, texts);
      else if (given.length) field.value = given[0];
    });
  }

  const guarded = () => [...document.querySelectorAll("form[data-guard]")].filter((form) => !form.isLeaving && form.isChanged());
  document.querySelectorAll("form[data-guard]").forEach(watch);
  // What is only put aside asks nothing: it is there again when one comes back.
  document.querySelectorAll("form[data-draft]").forEach((form) => {
    watch(form);
    window.addEventListener("pagehide", () => { if (!form.isLeaving && form.isChanged()) keep(form); });
    // The browser may show the page again as it was left.
    window.addEventListener("pageshow", (event) => { if (event.persisted) { form.isLeaving = false; window.sessionStorage.removeItem(keyOf(form)); } });
  });
  window.addEventListener("beforeunload", (event) => { if (guarded().length) event.preventDefault(); });
  on("click", "[data-leaves-form]", (_event, link) => { const form = link.closest("form"); if (form) form.isLeaving = true; });
  on("click", "[data-keeps-form]", () => guarded().forEach(keep));

  // A dialog that is only cancelled forgets; one closed in another way has it all again when it is opened again.
  const dialog = document.getElementById("dialog");
  if (!dialog) return;
  const inside = () => dialog.querySelector("form");
  const look = () => { if (inside()) watch(inside()); };
  dialog.addEventListener("show.bs.modal", look);
  dialog.addEventListener("htmx:afterSettle", look);
  // On the window, because Bootstrap closes the dialog while the click is still on its way down.
  window.addEventListener("click", (event) => {
    if (event.target.closest("#dialog .modal-footer [data-bs-dismiss]") && inside()) inside().isLeaving = true;
  }, true);
  dialog.addEventListener("hide.bs.modal", () => {
    const form = inside();
    if (form && form.isChanged && !form.isLeaving && form.isChanged()) keep(form);
  });
})();
