// Beside a form: what may help with what is typed so far, asked for when one stops typing.
(function () {
  "use strict";
  const place = document.querySelector("[data-hints]");
  const form = place && document.querySelector("form.desk-form");
  if (!form) return;
  const names = place.dataset.hintsOf.split(" ");
  let asked = "";
  let timer = 0;

  function ask() {
    const typed = new URLSearchParams();
    names.forEach((name) => { const field = form.elements.namedItem(name); if (field && field.value) typed.set(name, field.value); });
    const question = typed.toString();
    if (question === asked) return;
    asked = question;
    if (question) window.htmx.ajax("GET", place.dataset.hints + "?" + question, { target: place, swap: "innerHTML" });
    else place.replaceChildren();
  }

  function soon(event) {
    if (!names.includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, 400);
  }

  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  document.addEventListener("DOMContentLoaded", ask);
})();
