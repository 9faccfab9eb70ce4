// The composer of a record: drafts, canned replies, mentions, pictures; it sends without leaving the page.
(function () {
  "use strict";
  const form = document.querySelector("form[data-composer]");
  if (!form) return;
  const text = form.elements.namedItem("body");
  const beside = form.querySelector("[data-beside]"); // how long one worked
  const told = form.querySelector("[data-told]");
  const problem = form.querySelector("[data-composer-error]");
  // Of one user at one record: whoever logs in next at this browser does not find it.
  const KEY = "composer:" + form.dataset.composer + ":" + window.location.pathname;
  let people = {}; // id -> name
  let waiting = 0; // pictures on their way

  const kind = () => (form.querySelector("[name=is_public]:checked") || {}).value || "";
  const mentioned = () => Object.entries(people).filter(([, name]) => text.value.includes("@" + name));
  const ask = (url) => fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : { results: [] })).then((answer) => answer.results);

  // What is written is kept until it is sent.
  function keep() {
    if (text.value.trim()) window.sessionStorage.setItem(KEY, JSON.stringify({ body: text.value, kind: kind(), people, beside: beside ? beside.value : "" }));
    else window.sessionStorage.removeItem(KEY);
  }
  function restore() {
    const kept = JSON.parse(window.sessionStorage.getItem(KEY) || "null");
    if (!kept || text.value) return;
    text.value = kept.body;
    people = kept.people || {};
    if (beside) beside.value = kept.beside || "";
    form.querySelectorAll("[name=is_public]").forEach((radio) => { radio.checked = radio.value === kept.kind; });
  }

  function refresh() {
    const named = mentioned();
    told.hidden = !named.length;
    told.querySelector("[data-told-names]").textContent = named.map(([, name]) => name).join(", ");
    text.placeholder = kind() === "1" ? text.dataset.public : text.dataset.internal;
    // A customer would read a colleague's name.
    if (kind() === "1" && named.length) form.dataset.confirm = form.dataset.tooOpen.replace("{names}", named.map(([, name]) => name).join(", "));
    else delete form.dataset.confirm;
    text.style.height = "auto";
    text.style.height = Math.min(text.scrollHeight + 2, 420) + "px";
    form.classList.toggle("is-filled", Boolean(text.value.trim()));
  }

  function say(message) {
    problem.textContent = message || "";
    problem.hidden = !message;
  }

  // Canned replies: all at once, for they are few; each kind has its own.
  const canned = new Map();
  function replies(typed) {
    const which = kind();
    if (!canned.has(which)) canned.set(which, ask(form.dataset.cannedUrl + "?public=" + which));
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    return canned.get(which).then((found) => found
      .filter((one) => words.every((word) => one.words.includes(word)))
      .map((one) => ({ ...one, hint: one.text.replace(/\s+/g, " ") })));
  }
  function colleagues(typed) {
    return ask(form.dataset.colleaguesUrl + "?q=" + encodeURIComponent(typed))
      .then((found) => found.map((one) => ({ ...one, hint: one.group })));
  }
  if (form.dataset.cannedUrl) {
    window.desk.suggest(text, document.getElementById("composer-list"), { "/": replies, "@": colleagues }, (sign, item) => {
      if (sign === "/") return item.text;
      people[item.id] = item.name;
      return "@" + item.name + " ";
    });
  }
  form.querySelectorAll("[data-insert]").forEach((button) => button.addEventListener("click", () => {
    const at = text.selectionStart;
    const gap = at && !/\s/.test(text.value[at - 1]) ? " " : "";
    text.focus();
    text.setRangeText(gap + button.dataset.insert, at, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }));

  // Pictures become files of the record at once, and a mark in the text where they belong.
  function upload(files) {
    const pictures = [...files].filter((file) => /^image\/(png|jpeg|gif|webp)$/.test(file.type));
    if (!pictures.length) return false;
    const data = new FormData();
    data.append("csrf_token", form.elements.namedItem("csrf_token").value);
    data.append("is_public", kind());
    const stamp = new Date().toISOString().slice(0, 16).replace(/[-:]/g, "").replace("T", "-");
    pictures.forEach((file, number) => {
      const name = !file.name || file.name === "image.png" ? "screenshot-" + stamp + (number ? "-" + number : "") + ".png" : file.name;
      data.append("file", file, name);
    });
    waiting += 1;
    form.classList.add("is-uploading");
    say("");
    fetch(form.dataset.filesUrl, { method: "POST", body: data, headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then((answer) => answer.json().then((told) => ({ ok: answer.ok, told })))
      .then(({ ok, told: answer }) => {
        if (!ok) { say(Object.values(answer.fields || {}).join(" ") || answer.detail || form.dataset.failed); return; }
        const marks = answer.files.filter((file) => file.is_picture)
          .map((file) => "![" + file.name.replace(/[[\]()\n]/g, " ") + "](attachment:" + file.id + ")").join("\n");
        const at = text.selectionStart;
        const before = at && text.value[at - 1] !== "\n" ? "\n" : "";
        text.setRangeText(before + marks + "\n", at, text.selectionEnd, "end");
        text.dispatchEvent(new Event("input", { bubbles: true }));
        document.dispatchEvent(new CustomEvent("desk:news"));
      })
      .catch(() => say(form.dataset.failed))
      .finally(() => { waiting -= 1; form.classList.toggle("is-uploading", waiting > 0); });
    return true;
  }
  text.addEventListener("paste", (event) => { if (upload(event.clipboardData.files)) event.preventDefault(); });
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    form.classList.remove("over");
    if (upload(event.dataTransfer.files)) event.preventDefault();
  });
  form.querySelector("[data-pictures]").addEventListener("change", (event) => { upload(event.target.files); event.target.value = ""; });

  function send() {
    const data = new FormData(form);
    mentioned().forEach(([key]) => data.append("mention", key));
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    say("");
    fetch(form.action, { method: "POST", body: new URLSearchParams(data), headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then((answer) => answer.json().then((found) => ({ ok: answer.ok, found })))
      .then(({ ok, found }) => {
        if (!ok) {
          say(Object.values(found.fields || {}).join(" ") || found.detail || form.dataset.failed);
          (beside && (found.fields || {})[beside.name] ? beside : text).focus();
          return;
        }
        text.value = "";
        people = {};
        keep();
        refresh();
        const worked = beside && beside.value;
        if (worked) beside.value = "";
        if (found.reload) { window.location.reload(); return; }
        document.dispatchEvent(new CustomEvent("desk:news"));
        if (worked) document.dispatchEvent(new CustomEvent("desk:worked"));
        text.focus();
      })
      .catch(() => say(form.dataset.failed))
      .finally(() => { button.disabled = false; delete form.dataset.confirmed; });
  }
  form.addEventListener("submit", (event) => {
    // Whoever must be asked first is not asked here: the question comes before this.
    event.preventDefault();
    if (waiting) delete form.dataset.confirmed; else send();
  });

  if (beside) beside.addEventListener("input", () => { say(""); keep(); });
  text.addEventListener("input", () => { say(""); keep(); refresh(); });
  form.addEventListener("change", (event) => {
    if (event.target.name !== "is_public") return;
    keep();
    refresh();
    text.focus();
  });
  restore();
  refresh();
})();
