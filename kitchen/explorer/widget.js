// Draws the explorer's panes and ties them together. What a user typed is only ever text.

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter(Boolean));
  return node;
}

/** A button; what it is called for a screen reader is shown on pointing at it, too. */
function button(text, label, act) {
  return make("button", { type: "button", "aria-label": label, title: label, onclick: act }, text);
}

/** Text in which code stands between backticks. */
const prose = (text) => text.split("`").map((part, k) => (k % 2 ? make("code", {}, part) : part));

/** Keys that the notebook would take for its own stay here. */
const keep = (event) => event.stopPropagation();

const LARGEST = 1.25; // times of its own size that a small picture grows to
const READABLE = 0.96; // of its own size, at which its smallest letters are 11 pixels high
const CUT = 0.65; // down to here smaller letters are better than a picture that is cut at its side
const BESIDE = 0.45; // of the width: what a picture may take beside the code and the inspector
const TALLEST = 500; // pixels of a picture that are seen at once
const SCREENS = 8; // a picture that takes more of them, to be read, is first shown as a whole

async function unpack(view) {
  const stream = new Blob([view]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

/**
 * Asks the kernel for one thing at a time. What is asked meanwhile waits, and of each kind only the
 * newest, so that a slider that is dragged has no queue behind it.
 */
class Line {
  constructor(model) {
    this.model = model;
    this.waiting = new Map();
    this.busy = false;
  }
  ask(wish, kind = wish.do) {
    this.waiting.delete(kind);
    this.waiting.set(kind, wish);
    if (!this.busy) this.next();
  }
  next() {
    const [first] = this.waiting;
    this.busy = first !== undefined;
    if (!this.busy) return;
    this.waiting.delete(first[0]);
    this.model.send(first[1]);
  }
}

function render({ model, el }) {
  const off = [];
  const listen = (target, name, act) => {
    target.on(name, act);
    off.push(() => target.off(name, act));
  };
  const hear = (target, name, act) => {
    target.addEventListener(name, act);
    off.push(() => target.removeEventListener(name, act));
  };
  const line = new Line(model);

  const tabs = make("div", { role: "tablist", "aria-label": "Forms", class: "kx-tabs" });
  const lines = make("div", { class: "kx-lines", role: "tabpanel", tabindex: "0" });
  const search = make("input", { type: "search", placeholder: "Find a box", "aria-label": "Find a box" });
  const tools = make(
    "div", { class: "kx-tools", role: "toolbar", "aria-label": "Picture" },
    search,
    button("+", "Larger", () => zoom(1.25)),
    button("−", "Smaller", () => zoom(0.8)),
    button("100 %", "Full size", () => become("full")),
    button("Fit", "Show all", () => become("whole")),
  );
  const hint = make("div", { class: "kx-hint" });
  const switches = make("div", { class: "kx-switches" });
  const stage = make("div", { class: "kx-stage" });
  const told = make("div", { class: "kx-told", role: "status" });
  const walk = make("div", { class: "kx-walk" });
  const about = make("div", { class: "kx-about", role: "group", "aria-label": "What was chosen", tabindex: "0" });
  const invite = () => about.replaceChildren(
    make("p", {}, "Point at a line, a box or an arrow. Enter or a click on a box tells more of it."));
  invite();
  const found = make("div", { class: "kx-found" });
  const root = make(
    "div", { class: "kx", role: "group" },
    make("div", { class: "kx-pane kx-code", role: "group", "aria-label": "Code" }, tabs, lines),
    make("div", { class: "kx-pane kx-graph", role: "group", "aria-label": "Graph" }, tools, hint, switches, stage, told),
    make("div", { class: "kx-pane kx-inspector", role: "group", "aria-label": "Inspector" }, walk, about, found),
  );
  el.classList.add("kx-around");
  let forms = []; // the tabs, unpacked
  const begin = () => {
    groups[chosen]?.classList.remove("kx-chosen");
    [chosen, asked, seen, search.value] = [null, "", "first", ""];
    invite();
    fit();
    stage.scrollTop = 0;
  };
  const playground = model.get("controls") && controls({ model, line, listen, forms: () => forms, begin });
  if (playground) root.prepend(playground.node);
  el.append(root);
  // The picture above is for pages that can't run this; here it would only be there twice.
  // The page takes this widget in a moment after it is drawn.
  const putAway = (tries) => {
    const still = el.closest(".jp-OutputArea-child")?.previousElementSibling;
    if (still?.querySelector(".kitchen-still")) still.style.display = "none";
    else if (tries && !el.isConnected) setTimeout(() => putAway(tries - 1), 50);
  };
  putAway(40);

  let svg = null, boxes = {}, groups = {}, edges = [], whole = null, here = null;
  let turn = 0, chosen = null, asked = "";
  let seen = "first", scale = 1; // how the size was chosen: "first", "full", "whole" or "own"
  let over = false; // whether some of the picture is out of sight

  // The picture -------------------------------------------------------------------------------

  async function draw() {
    const mine = ++turn;
    const graph = await unpack(model.get("graph"));
    if (mine !== turn) return; // another one came meanwhile
    const focused = stage.contains(document.activeElement);
    const before = boxes[chosen];
    boxes = graph.boxes;
    root.setAttribute("aria-label", `Explorer: ${graph.name}`);
    svg = document.importNode(new DOMParser().parseFromString(graph.svg, "image/svg+xml").documentElement, true);
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", `Graph of ${graph.name}`);
    for (const name of ["aria-labelledby", "style", "width", "height"]) svg.removeAttribute(name);
    for (const note of svg.querySelectorAll("title, desc")) note.remove();
    groups = {};
    edges = [];
    chosen = null;
    const kept = here;
    here = null;
    for (const group of svg.querySelectorAll("g[id]")) {
      const id = group.id.split("-").pop();
      group.removeAttribute("id"); // another explorer may show the same picture
      const { from, to, kind } = group.dataset;
      if (from) drawEdge({ from, to, kind, group, text: graph.edges[id] ?? "" });
      else if (boxes[id]) drawBox(group, id, kept);
      else groups[id] = group;
    }
    const again = before && successor(before);
    here = again ?? here ?? able()[0] ?? null;
    for (const id of able()) groups[id].setAttribute("tabindex", id === here ? "0" : "-1");
    if (again) mark(again);
    tellTurn();
    const fresh = !whole;
    whole = svg.getAttribute("viewBox").split(" ").map(Number);
    fit();
    stage.replaceChildren(svg);
    if (fresh) centre();
    if (again) reveal(again);
    if (focused) groups[here]?.focus();
  }

  /** The box that stands for what was chosen in the picture before: opened, it is a frame. */
  function successor(before) {
    const path = before.path.join("/"), name = before.opens || before.closes;
    const same = able().filter((id) => boxes[id].path.join("/") === path);
    return same.find((id) => name && [boxes[id].opens, boxes[id].closes].includes(name)) ?? same[0];
  }

  function drawEdge(edge) {
    const { group, from, to, text } = edge;
    edges.push(edge);
    if (!text) return;
    const wide = group.querySelector("path").cloneNode(); // a line is too thin to be pointed at
    wide.setAttribute("class", "kx-wide");
    group.append(wide);
    group.addEventListener("mouseenter", () => {
      point([]);
      for (const id of [from, to]) groups[id]?.classList.add("kx-lit");
      group.classList.add("kx-lit");
      told.textContent = text;
    });
    group.addEventListener("mouseleave", () => point([]));
  }

  function drawBox(group, id, kept) {
    groups[id] = group;
    group.setAttribute("aria-label", boxes[id].label);
    if (!boxes[id].calls.length) {
      group.setAttribute("role", "img");
      return;
    }
    if (!boxes[id].barrel) group.classList.add("kx-call");
    group.setAttribute("role", "button");
    if (id === kept) here = id;
    group.addEventListener("mouseenter", () => point(boxes[id].calls));
    group.addEventListener("mouseleave", () => point([]));
    group.addEventListener("focus", () => { rove(id); point(boxes[id].calls); });
    group.addEventListener("blur", () => point([]));
    group.addEventListener("click", () => choose(id));
    group.addEventListener("keydown", (event) => step(event, id));
  }

  /** The boxes that can be chosen, in reading order. */
  function able() {
    return Object.keys(boxes).filter((id) => groups[id] && boxes[id].calls.length);
  }

  /** Where a picture is too wide to be read beside the code, it takes the whole width. */
  function fit() {
    if (!whole || !stage.clientWidth) return;
    const [, , width, height] = whole;
    const needed = Math.ceil(width * READABLE) + stage.parentElement.offsetWidth - inner();
    root.classList.toggle("kx-wide", needed > BESIDE * root.clientWidth);
    root.style.setProperty("--kx-needed", `${needed}px`);
    const room = inner();
    const all = Math.min(LARGEST, room / width, TALLEST / height);
    const screens = Math.max(1, (width * READABLE) / room) * Math.max(1, (height * READABLE) / TALLEST);
    if (seen === "whole" || (seen === "first" && screens > SCREENS)) scale = all;
    else if (seen === "first") {
      const across = room / width;
      scale = Math.max(all, across < CUT ? READABLE : Math.min(READABLE, across));
    }
    else if (seen === "full") scale = 1;
    svg.style.width = `${width * scale}px`;
    svg.style.height = `${height * scale}px`;
    over = width * scale > room + 1 || height * scale > TALLEST + 1;
    hint.textContent = scale < READABLE ? "Small letters: 100 % or + makes them larger."
      : over ? "There is more of it: scroll or drag. Fit shows all." : "";
  }
  const inner = () => stage.clientWidth - 8; // without its padding
  function centre() {
    stage.scrollLeft = (stage.scrollWidth - stage.clientWidth) / 2;
  }
  function become(how) {
    seen = how;
    fit();
    if (how === "whole") centre();
    else if (chosen ?? here) reveal(chosen ?? here);
  }
  /** Makes the picture larger or smaller; what is in the middle, or under the mouse, stays there. */
  function zoom(times, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
    if (!whole) return;
    const box = svg.getBoundingClientRect(), around = stage.getBoundingClientRect();
    const at = [(around.left + x - box.left) / box.width, (around.top + y - box.top) / box.height];
    seen = "own";
    scale = Math.min(8, Math.max(0.02, scale * times));
    fit();
    const now = svg.getBoundingClientRect();
    stage.scrollLeft += now.left + at[0] * now.width - around.left - x;
    stage.scrollTop += now.top + at[1] * now.height - around.top - y;
  }
  /** Scrolls the picture, and not the page, so that a box is in the middle; if it is not in sight. */
  const reveal = (id) => bring(stage, groups[id]);
  function bring(pane, node) {
    const box = node.getBoundingClientRect(), around = pane.getBoundingClientRect();
    const [left, top] = [box.left - around.left, box.top - around.top];
    const [across, down] = [around.width - box.width, around.height - box.height];
    if (pane === stage && (left < 0 || left > across)) pane.scrollLeft += left - Math.max(8, across / 2);
    if (top < 0 || top > down) pane.scrollTop += top - Math.max(8, down / 2);
  }
  /** Brings the first of some nodes into sight where none of them is. */
  function bringOne(pane, nodes) {
    const around = pane.getBoundingClientRect();
    const out = (box) => box.bottom <= around.top || box.top >= around.bottom
      || box.right <= around.left || box.left >= around.right;
    if (nodes.length && nodes.every((node) => out(node.getBoundingClientRect()))) bring(pane, nodes[0]);
  }
  let grip = null;
  hear(stage, "pointerdown", (event) => {
    if (event.pointerType === "touch") return; // a finger scrolls
    grip = { x: event.clientX + stage.scrollLeft, y: event.clientY + stage.scrollTop };
  });
  hear(window, "pointermove", (event) => {
    if (grip) stage.scrollTo(grip.x - event.clientX, grip.y - event.clientY);
  });
  hear(window, "pointerup", () => { grip = null; });
  hear(stage, "wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const around = stage.getBoundingClientRect();
    zoom(event.deltaY < 0 ? 1.25 : 0.8, event.clientX - around.left, event.clientY - around.top);
  });

  function rove(id) {
    groups[here]?.setAttribute("tabindex", "-1");
    here = id;
    groups[id].setAttribute("tabindex", "0");
  }

  function step(event, id) {
    const all = able();
    const data = edges.filter((edge) => edge.kind !== "tie");
    let next = null;
    if (event.key === "ArrowDown") next = data.find((edge) => edge.from === id && all.includes(edge.to))?.to;
    else if (event.key === "ArrowUp") next = data.find((edge) => edge.to === id && all.includes(edge.from))?.from;
    else if (event.key === "ArrowRight") next = all[all.indexOf(id) + 1];
    else if (event.key === "ArrowLeft") next = all[all.indexOf(id) - 1];
    else if (event.key === "Enter" || event.key === " ") choose(id);
    else if (event.key === "Escape") search.focus();
    else if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") become("whole");
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (next) groups[next].focus();
  }

  search.addEventListener("keydown", keep);
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    const hit = wanted ? able().filter((id) => boxes[id].label.toLowerCase().includes(wanted)) : [];
    point(hit.flatMap((id) => boxes[id].calls));
    told.textContent = wanted ? `${hit.length} found` : "";
  });

  function share() {
    switches.replaceChildren(...model.get("switches").map(({ name, on }) => {
      const box = make("input", {
        type: "checkbox",
        onchange: (event) => line.ask({ do: "share", name, on: event.target.checked }, `share ${name}`),
      });
      box.checked = on;
      return make("label", {}, box, ` share ${name}`);
    }));
  }

  // The code ----------------------------------------------------------------------------------

  let writing = 0, wantsFocus = false;
  async function read() {
    const mine = ++writing;
    const all = await unpack(model.get("tabs"));
    if (mine !== writing) return;
    forms = all;
    write();
    playground?.judge();
  }
  function write() {
    const all = forms, at = Math.min(model.get("tab"), all.length - 1);
    if (at < 0) return;
    const go = (k) => line.ask({ do: "tab", tab: (k + all.length) % all.length });
    tabs.replaceChildren(...all.map((tab, k) => make(
      "button",
      {
        type: "button", role: "tab", "aria-selected": String(k === at), tabindex: k === at ? "0" : "-1",
        title: tab.reason || undefined, class: tab.reason ? "kx-cannot" : undefined,
        onclick: () => go(k),
        onkeydown: (event) => {
          const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
          if (!by) return;
          event.preventDefault();
          event.stopPropagation();
          wantsFocus = true;
          go(k + by);
        },
      },
      tab.title, tab.reason ? make("span", { class: "kx-hidden" }, ", cannot express it") : "",
    )));
    if (wantsFocus) tabs.children[at]?.focus();
    wantsFocus = false;
    const tab = all[at];
    if (!tab.text && !tab.reason) { // it is being written
      lines.replaceChildren();
      return;
    }
    lines.setAttribute("aria-label", `Code: ${tab.title}`);
    if (tab.reason) {
      lines.replaceChildren(make("p", { class: "kx-reason" }, tab.reason));
      return;
    }
    let first = true;
    lines.replaceChildren(...tab.text.replace(/\n$/, "").split("\n").map((text, k) => {
      const calls = callsOf(tab, k + 1);
      const row = make("div", { class: "kx-line", "data-line": k + 1 }, text || " ");
      if (!calls.length) return row;
      row.setAttribute("tabindex", first ? "0" : "-1");
      first = false;
      row.setAttribute("role", "button");
      row.addEventListener("mouseenter", () => point(calls));
      row.addEventListener("mouseleave", () => point([]));
      row.addEventListener("focus", () => {
        for (const other of lines.querySelectorAll(".kx-line[role]")) other.setAttribute("tabindex", "-1");
        row.setAttribute("tabindex", "0");
        point(calls);
      });
      row.addEventListener("blur", () => point([]));
      const enter = () => { const id = boxOf(calls); if (id) { groups[id].focus(); choose(id); } };
      row.addEventListener("click", enter);
      row.addEventListener("keydown", (event) => {
        const rows = [...lines.querySelectorAll(".kx-line[role]")];
        const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (event.key === "Enter" || event.key === " ") enter();
        else if (by) rows[rows.indexOf(row) + by]?.focus();
        else return;
        event.preventDefault();
        event.stopPropagation();
      });
      return row;
    }));
  }

  /** The calls that a line stands for: of the pieces of code that it is in, the shortest count. */
  function callsOf(tab, number) {
    const over = tab.ties.filter((tie) => tie.line <= number && number <= tie.end);
    const least = Math.min(...over.map((tie) => tie.end - tie.line));
    return [...new Set(over.filter((tie) => tie.end - tie.line === least).flatMap((tie) => tie.calls))];
  }
  function boxOf(calls) {
    return able().find((id) => boxes[id].calls.some((call) => calls.includes(call)));
  }

  // What lights together ----------------------------------------------------------------------

  function point(calls, elsewhere = false) {
    const wanted = new Set(calls);
    const lit = new Set();
    for (const [id, box] of Object.entries(boxes)) {
      const on = box.calls.some((call) => wanted.has(call));
      if (on && !box.barrel) lit.add(id);
      groups[id]?.classList.toggle("kx-lit", on);
    }
    const along = [];
    for (const { from, to, kind, group, text } of edges) {
      const on = lit.has(from) || lit.has(to);
      group.classList.toggle("kx-lit", on);
      if (on && text && lit.size === 1) along.push(text);
    }
    told.textContent = along.join("; ");
    const tab = forms[model.get("tab")] ?? { ties: [] };
    for (const row of lines.querySelectorAll(".kx-line[role]")) {
      const own = callsOf(tab, Number(row.dataset.line));
      row.classList.toggle("kx-lit", own.some((call) => wanted.has(call)));
    }
    if (over) bringOne(stage, [...lit].map((id) => groups[id]));
    if (calls.length) bringOne(lines.parentElement, [...lines.querySelectorAll(".kx-line.kx-lit")]);
    const twin = model.get("twin");
    if (elsewhere || !twin.pair) return;
    const theirs = calls.flatMap((call) => twin.calls[call] ?? []);
    document.dispatchEvent(new CustomEvent("kitchen-point", { detail: { ...twin, calls: theirs } }));
  }
  hear(document, "kitchen-point", ({ detail }) => {
    const twin = model.get("twin");
    if (detail.pair === twin.pair && detail.side !== twin.side) point(detail.calls, true);
  });

  // The inspector -----------------------------------------------------------------------------

  const count = model.get("examples");
  const example = make("input", {
    type: "number", min: "0", max: String(Math.max(0, count - 1)), value: "0", "aria-label": "Example",
    oninput: ask, onkeydown: keep,
  });
  const epoch = make("input", { type: "range", min: "0", value: "0", "aria-label": "Epoch", oninput: ask, onkeydown: keep });
  const when = make("output", {});
  if (count) walk.append(make("label", {}, "example ", example, ` of ${count}`));
  function rewind() {
    const epochs = model.get("epochs");
    epoch.max = String(Math.max(0, epochs.length - 1));
    epoch.value = epoch.max;
    if (epochs.length) walk.append(make("label", {}, "epoch ", epoch), when);
    else { epoch.parentElement?.remove(); when.remove(); }
    tell();
  }
  function tell() {
    when.textContent = model.get("epochs")[Number(epoch.value)] ?? "";
    epoch.setAttribute("aria-valuetext", when.textContent);
  }
  function mark(id) {
    groups[chosen]?.classList.remove("kx-chosen");
    chosen = id;
    groups[id].classList.add("kx-chosen");
  }
  function choose(id) {
    if (!boxes[id]?.calls.length) return;
    mark(id);
    ask();
  }
  function ask() {
    tell();
    if (!chosen || !boxes[chosen]) {
      told.textContent = "Choose a box first: its weights are shown for this moment.";
      return;
    }
    const { path } = boxes[chosen];
    asked = path.join("/");
    line.ask({ do: "inspect", path, example: Number(example.value), epoch: Number(epoch.value) });
  }

  listen(model, "msg:custom", (message) => {
    if (message.do === "done") line.next();
    if (message.do === "refused") {
      share();
      about.replaceChildren(make("p", { class: "kx-reason", role: "alert" }, message.reason));
    }
    if (message.do === "inspected" && message.path.join("/") === asked) inspected(message.about);
  });

  // One button, which stays when what it was pressed for is drawn, with the focus on it.
  const turner = make("button", {
    type: "button", onclick: () => {
      const { opens, closes } = boxes[chosen] ?? {};
      if (opens || closes) line.ask({ do: opens ? "open" : "close", name: opens || closes });
    },
  });
  function tellTurn() {
    const { opens, closes } = boxes[chosen] ?? {};
    turner.hidden = !opens && !closes;
    turner.textContent = opens ? `Open ${opens}` : `Close ${closes}`;
    turner.setAttribute("aria-label", turner.textContent);
  }

  function inspected({ title, rows, arrays }) {
    tellTurn();
    const held = document.activeElement === turner; // what is moved loses the focus
    about.replaceChildren(...[
      make("h4", {}, title),
      turner,
      make("dl", {}, ...rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])),
      ...arrays.map(({ name, told: words, png, columns, counts }) => make(
        "figure", {},
        make("figcaption", {}, make("b", {}, name), ` ${words}`),
        png && make("img", {
          src: `data:image/png;base64,${png}`, alt: `${name}: ${words}`, style: `width:${14 * columns}px`,
        }),
        bars(counts),
      )),
    ].filter(Boolean));
    if (held) turner.focus();
  }

  function bars(counts) {
    const most = Math.max(1, ...counts);
    return make("div", { class: "kx-bars", "aria-hidden": "true" }, ...counts.map((count) =>
      make("i", { style: `height:${(100 * count) / most}%` })));
  }

  function findings() {
    found.replaceChildren(...model.get("findings").map(({ code, title, happens, fix, calls, line: number }) => {
      const show = () => point(calls);
      return make(
        "details", { onmouseenter: show, onmouseleave: () => point([]) },
        make("summary", { onfocus: show, onblur: () => point([]), onkeydown: keep },
          `${code}${number ? `, line ${number}` : ""}: ${title}`),
        make("p", {}, ...prose(happens)),
        make("p", {}, ...prose(`Fix: ${fix}`)),
      );
    }));
  }

  const grown = new ResizeObserver(() => fit());
  grown.observe(stage);
  off.push(() => grown.disconnect());
  listen(model, "change:graph", draw);
  listen(model, "change:tabs", read);
  listen(model, "change:tab", write);
  listen(model, "change:switches", share);
  listen(model, "change:epochs", rewind);
  listen(model, "change:findings", findings);
  share();
  rewind();
  read();
  findings();
  draw();
  return () => off.forEach((undo) => undo());
}

export default { render };
