// The settings: what does not fit the typed words is left out, in either language.
(function () {
  "use strict";
  const page = document.querySelector("[data-settings]");
  if (!page) return;
  const input = page.querySelector("[data-settings-search]");
  const none = page.querySelector("[data-settings-none]");
  const places = page.querySelector(".settings-places");

  function show() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (one) => words.every((word) => one.dataset.words.includes(word));
    let found = 0;
    page.querySelectorAll("[data-words]").forEach((one) => { one.hidden = !fits(one); found += one.hidden ? 0 : 1; });
    page.querySelectorAll(".settings-section").forEach((section) => { section.hidden = !section.querySelector(".settings-row:not([hidden])"); });
    places.hidden = !places.querySelector("[data-words]:not([hidden])");
    none.textContent = found ? "" : none.dataset.text;
  }

  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => { if (event.key === "Escape") { input.value = ""; show(); } });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, textarea, select")) { event.preventDefault(); input.focus(); }
  });
  if (!page.querySelector(".is-invalid") && !window.location.hash) input.focus({ preventScroll: true });
})();
