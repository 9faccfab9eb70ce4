// Other ways to see a list: a choice is shown as soon as it is made.
(function () {
  "use strict";
  document.querySelectorAll("form[data-sends-itself]").forEach((form) => {
    form.addEventListener("change", () => {
      form.querySelectorAll("[name]").forEach((field) => { if (!field.value) field.disabled = true; });
      form.requestSubmit();
    });
  });
})();
