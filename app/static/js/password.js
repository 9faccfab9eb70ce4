// A new password: what it must be is marked as one types. The server decides; what it alone can know has no mark.
(function () {
  "use strict";
  const list = document.querySelector("[data-password-rules]");
  const input = document.getElementById("password");
  if (!list || !input) return;
  const KINDS = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{Ll}\p{Lu}\d]/u];

  function isMet(rule, text) {
    const number = Number(rule.dataset.number);
    if (rule.dataset.rule === "length") return Array.from(text).length >= number;
    if (rule.dataset.rule === "kinds") return KINDS.filter((kind) => kind.test(text)).length >= number;
    const plain = text.toLowerCase();
    return text !== "" && !JSON.parse(rule.dataset.words).some((word) => plain.includes(word));
  }

  function show() {
    list.querySelectorAll("[data-rule]").forEach((rule) => {
      const met = isMet(rule, input.value);
      rule.classList.toggle("is-met", met);
      rule.querySelector("[data-rule-state]").textContent = met ? ` (${rule.dataset.met})` : "";
    });
  }

  input.addEventListener("input", show);
  show();
})();
