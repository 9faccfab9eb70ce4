// A list under a text field: what begins with a sign ("/", "@") is chosen from it with the arrows, Enter or the mouse.
(function () {
  "use strict";

  // sources: { sign: search(typed) -> Promise of [{ name, hint, … }] }; chosen(sign, item) gets what to put in its place.
  function suggest(field, list, sources, chosen) {
    let open = null; // { sign, start }
    let items = [];
    let active = 0;
    let asked = 0;
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "false");

    function close() {
      open = null;
      asked += 1;
      list.hidden = true;
      list.replaceChildren();
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }

    // The sign that the cursor stands behind, if any: at the beginning of a word, with no line between.
    function present() {
      const before = field.value.slice(0, field.selectionStart);
      for (const sign of Object.keys(sources)) {
        const start = before.lastIndexOf(sign);
        if (start < 0) continue;
        const typed = before.slice(start + 1);
        const ahead = start === 0 ? " " : before[start - 1];
        // Chinese is written without spaces: a colleague may be named right behind a word.
        const begins = /\s/.test(ahead) || (sign === "@" && !/[\w.]/.test(ahead));
        if (begins && typed.length <= 30 && !/[\n@/]/.test(typed) && !/^\s/.test(typed)) return { sign, start, typed };
      }
      return null;
    }

    function mark() {
      [...list.children].forEach((row, number) => row.setAttribute("aria-selected", String(number === active)));
      const row = list.children[active];
      if (row && items.length) { field.setAttribute("aria-activedescendant", row.id); row.scrollIntoView({ block: "nearest" }); }
    }

    function row(item, number) {
      const made = document.createElement("div");
      made.className = "composer-option";
      made.id = list.id + "-" + number;
      made.setAttribute("role", "option");
      const name = document.createElement("b");
      name.textContent = item.name;
      const hint = document.createElement("span");
      hint.textContent = item.hint || "";
      made.append(name, hint);
      made.addEventListener("mousedown", (event) => { event.preventDefault(); choose(number); });
      return made;
    }

    function show(found) {
      items = found;
      active = 0;
      list.replaceChildren(...found.map(row));
      if (!found.length) {
        const none = document.createElement("div");
        none.className = "composer-none";
        none.textContent = list.dataset.empty;
        list.append(none);
      }
      list.hidden = false;
      field.setAttribute("aria-expanded", "true");
      mark();
    }

    function look() {
      const here = present();
      if (!here) { if (open) close(); return; }
      open = here;
      asked += 1;
      const mine = asked;
      sources[here.sign](here.typed).then((found) => {
        // Nothing fits what has words in it: then it is no search, just text.
        if (mine !== asked) return;
        if (!found.length && /\s/.test(here.typed)) close(); else show(found);
      }, close);
    }

    function choose(number) {
      const item = items[number];
      const here = open;
      if (!item || !here) return;
      const end = field.selectionStart;
      const text = chosen(here.sign, item);
      close();
      field.focus();
      field.setRangeText(text, here.start, end, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    field.addEventListener("input", look);
    field.addEventListener("click", look);
    field.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== field) close(); }, 150));
    field.addEventListener("keydown", (event) => {
      if (!open || list.hidden || event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && items.length) { active = (active + step + items.length) % items.length; mark(); }
      else if ((event.key === "Enter" || event.key === "Tab") && items.length && !event.ctrlKey && !event.metaKey) choose(active);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  window.desk.suggest = suggest;
})();
