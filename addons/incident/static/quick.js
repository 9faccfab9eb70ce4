// The quick log: whoever is not found is entered as a new caller, without leaving the form.
(function () {
  "use strict";
  const form = document.querySelector("form.quick-log");
  const select = form && form.elements.namedItem("caller");
  const caller = select && select.tomselect;
  if (!caller) return;
  const { live, focusFirst } = window.desk;

  if (form.dataset.newCaller) {
    caller.settings.create = (typed, done) => {
      const url = new URL(form.dataset.newCaller, window.location.href);
      // A number is not what somebody is called.
      url.searchParams.set(/^[+\d(][\d\s()./-]*$/.test(typed.trim()) ? "phone" : "name", typed.trim());
      live.open(url.href);
      done();
    };
    caller.settings.render.option_create = (data) => {
      const row = document.createElement("div");
      row.className = "create";
      row.textContent = form.dataset.newText.replace("{name}", data.input);
      return row;
    };
  }

  document.addEventListener("caller-made", (event) => {
    const { id, text } = event.detail;
    caller.addOption({ id: String(id), text });
    caller.setValue(String(id));
    caller.blur();
    const dialog = document.getElementById("dialog");
    dialog.addEventListener("hidden.bs.modal", () => form.elements.namedItem("title").focus(), { once: true });
    live.parts.Modal.getOrCreateInstance(dialog).hide();
  });

  form.querySelector("[data-solving]").addEventListener("toggle", (event) => {
    if (event.target.open && !form.querySelector(".is-invalid")) focusFirst(event.target);
  });
})();
