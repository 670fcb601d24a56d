// The playground's controls, verdict and table, above the explorer's panes.

function controls({ model, line, listen, forms, begin }) {
  const fields = make("div", { class: "kx-fields" });
  const verdict = make("p", { class: "kx-verdict", role: "status" });
  const problem = make("div", { class: "kx-problem", role: "alert" });
  const table = make("div", { class: "kx-table" });
  const copied = make("span", { role: "status" });
  const copy = button("Copy the code", "Copy the code as a cell", async () => {
    const text = cell();
    try {
      await navigator.clipboard.writeText(text);
      copied.textContent = " Copied: paste it into a cell.";
    } catch {
      // The page may not be allowed to: then a field with all of it selected will do.
      const field = make("textarea", { "aria-label": "The code to copy", rows: "8", onkeydown: keep });
      field.value = text;
      copied.replaceChildren(" Press Ctrl+C (or ⌘C): ", field);
      field.select();
    }
  });

  const reset = button("Reset", "Reset: back to the first network", () => {
    fill(); // what was typed and not taken goes, too
    begin();
    line.waiting.clear(); // nor does what was asked before come after it
    line.ask({ do: "reset" });
  });

  function cell() {
    const seen = forms()[model.get("tab")];
    const { text } = seen.text ? seen : forms().find((tab) => tab.text);
    return `${text.trimEnd()}\n\n\nmodel = build()\n`;
  }

  const made = new Map(); // by name, what was made for a control, so that a change keeps the focus
  function field(control) {
    const called = { "aria-label": `${control.group}, ${control.label}` };
    const key = JSON.stringify([control.kind, control.label, control.options]);
    let entry = made.get(control.name);
    if (entry?.key !== key) {
      const set = (value) => line.ask({ do: "set", name: control.name, value }, `set ${control.name}`);
      let input;
      if (control.kind === "choice") {
        input = make("select", { ...called, onchange: () => set(input.value), onkeydown: keep },
          ...control.options.map(([value, text]) => make("option", { value }, text)));
      } else if (control.kind === "switch") {
        input = make("input", { ...called, type: "checkbox", onchange: () => set(input.checked) });
      } else {
        input = make("input", {
          ...called, type: "number", min: control.least, max: control.most, step: "1", onkeydown: keep,
          oninput: () => { if (input.value !== "") set(Number(input.value)); },
        });
      }
      entry = { key, input, label: make("label", {}, `${control.label} `, input) };
      made.set(control.name, entry);
    }
    const { input, label } = entry;
    if (control.kind === "switch") input.checked = control.value;
    else if (document.activeElement !== input || control.kind === "choice") input.value = control.value;
    return label;
  }

  function fill() {
    const groups = new Map();
    for (const control of model.get("controls")) {
      if (!groups.has(control.group)) groups.set(control.group, []);
      groups.get(control.group).push(field(control));
    }
    const wanted = [...groups].map(([name, labels]) => {
      const old = [...fields.children].find((set) => set.dataset.group === name);
      const set = old ?? make("fieldset", { "data-group": name }, make("legend", {}, name));
      const now = [...set.children].slice(1);
      if (now.length !== labels.length || now.some((label, k) => label !== labels[k])) {
        set.replaceChildren(set.firstChild, ...labels);
      }
      return set;
    });
    const now = [...fields.children];
    if (now.length !== wanted.length || now.some((set, k) => set !== wanted[k])) fields.replaceChildren(...wanted);
  }

  function judge() {
    verdict.textContent = model.get("verdict");
    copied.replaceChildren();
    const { text, fixes } = model.get("problem");
    problem.hidden = !text;
    problem.replaceChildren();
    if (text) {
      problem.append(make("p", {}, text), ...fixes.map(({ label, set }) =>
        button(label, label, () => line.ask({ do: "mend", set }))));
    }
    problem.closest(".kx")?.classList.toggle("kx-old", Boolean(text));
  }

  function count() {
    const { header, rows, footer } = model.get("table");
    const row = (tag, cells) => make("tr", {}, ...cells.map((text, k) =>
      make(tag, k ? { class: "kx-number" } : tag === "th" ? {} : { class: "kx-name" }, text)));
    table.replaceChildren(make(
      "table", {},
      make("caption", {}, "Parameters"),
      make("thead", {}, row("th", header)),
      make("tbody", {}, ...rows.map((cells) => row("td", cells))),
      make("tfoot", {}, row("td", footer)),
    ));
  }

  listen(model, "change:controls", fill);
  for (const name of ["verdict", "problem", "tab"]) listen(model, `change:${name}`, judge);
  listen(model, "change:table", count);
  fill();
  judge();
  count();
  const node = make(
    "div", { class: "kx-pane kx-playground", role: "group", "aria-label": "Playground" },
    fields,
    make("div", { class: "kx-result" }, problem, verdict, make("p", { class: "kx-copy" }, copy, " ", reset, copied), table),
  );
  return { node, judge };
}
