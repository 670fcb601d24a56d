// Draws the explorer's three panes and ties them together. What a user typed is only ever text.

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

function render({ model, el }) {
  const off = [];
  const listen = (name, act) => {
    model.on(name, act);
    off.push(() => model.off(name, act));
  };

  const tabs = make("div", { role: "tablist", "aria-label": "Forms", class: "kx-tabs" });
  const lines = make("div", { class: "kx-lines", role: "tabpanel", tabindex: "-1" });
  const search = make("input", { type: "search", placeholder: "Find a box", "aria-label": "Find a box" });
  const button = (text, label, act) =>
    make("button", { type: "button", "aria-label": label, title: label, onclick: act }, text);
  const tools = make(
    "div", { class: "kx-tools", role: "toolbar", "aria-label": "Picture" },
    search,
    button("+", "Larger", () => zoom(0.8)),
    button("−", "Smaller", () => zoom(1.25)),
    button("Fit", "Show all", () => fit()),
  );
  const switches = make("div", { class: "kx-switches" });
  const stage = make("div", { class: "kx-stage" });
  const about = make("div", { class: "kx-about", "aria-live": "polite" });
  about.append(make("p", {}, "Point at a line or at a box. Enter on a box tells more of it."));
  const root = make(
    "div", { class: "kx", role: "group", "aria-label": `Explorer: ${model.get("graph").name}` },
    make("section", { class: "kx-code", "aria-label": "Code" }, tabs, lines),
    make("section", { class: "kx-graph", "aria-label": "Graph" }, tools, switches, stage),
    make("section", { class: "kx-inspector", "aria-label": "Inspector" }, about),
  );
  el.append(root);
  // The picture above is for pages that can't run this; here it would only be there twice.
  // The page takes this widget in a moment after it is drawn.
  const putAway = (tries) => {
    const still = el.closest(".jp-OutputArea-child")?.previousElementSibling;
    if (still?.querySelector("img[alt]")) still.style.display = "none";
    else if (tries && !el.isConnected) setTimeout(() => putAway(tries - 1), 50);
  };
  putAway(40);

  let svg = null, boxes = {}, groups = {}, edges = [], view = null, whole = null, here = null;

  // The picture -------------------------------------------------------------------------------

  function draw() {
    const graph = model.get("graph");
    boxes = graph.boxes;
    const parsed = new DOMParser().parseFromString(graph.svg, "image/svg+xml").documentElement;
    svg = document.importNode(parsed, true);
    svg.setAttribute("role", "group");
    stage.replaceChildren(svg);
    groups = {};
    edges = [];
    for (const group of svg.querySelectorAll("g[id]")) {
      const id = group.id.split("-").pop();
      const { from, to, kind } = group.dataset;
      if (from) edges.push({ from, to, kind, group });
      else groups[id] = group;
      if (!boxes[id] || from) continue;
      const calls = boxes[id].calls.length > 0;
      group.setAttribute("aria-label", boxes[id].label);
      if (!calls) continue;
      group.setAttribute("role", "button");
      group.setAttribute("tabindex", here === null ? "0" : "-1");
      here = here ?? id;
      group.addEventListener("mouseenter", () => point(boxes[id].calls));
      group.addEventListener("mouseleave", () => point([]));
      group.addEventListener("focus", () => { rove(id); point(boxes[id].calls); });
      group.addEventListener("blur", () => point([]));
      group.addEventListener("click", () => choose(id));
      group.addEventListener("keydown", (event) => walk(event, id));
    }
    if (!groups[here]) {
      here = Object.keys(boxes).find((id) => groups[id] && boxes[id].calls.length) ?? null;
      if (here) groups[here].setAttribute("tabindex", "0");
    }
    const [x, y, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    whole = { x, y, width, height };
    fit();
  }

  function show() {
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
  }
  function fit() {
    view = { ...whole };
    show();
  }
  function zoom(times) {
    view.x += (view.width * (1 - times)) / 2;
    view.y += (view.height * (1 - times)) / 2;
    view.width *= times;
    view.height *= times;
    show();
  }
  let grip = null;
  stage.addEventListener("pointerdown", (event) => { grip = { x: event.clientX, y: event.clientY, at: { ...view } }; });
  const move = (event) => {
    if (!grip) return;
    const size = view.width / (svg.clientWidth || 1);
    view.x = grip.at.x - (event.clientX - grip.x) * size;
    view.y = grip.at.y - (event.clientY - grip.y) * size;
    show();
  };
  const drop = () => { grip = null; };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", drop);
  off.push(() => { window.removeEventListener("pointermove", move); window.removeEventListener("pointerup", drop); });

  function rove(id) {
    if (here && groups[here]) groups[here].setAttribute("tabindex", "-1");
    here = id;
    groups[id].setAttribute("tabindex", "0");
  }

  function walk(event, id) {
    const can = (other) => groups[other] && boxes[other]?.calls.length;
    const data = edges.filter((edge) => edge.kind !== "tie");
    const all = Object.keys(boxes).filter(can);
    const at = all.indexOf(id);
    let next = null;
    if (event.key === "ArrowDown") next = data.find((edge) => edge.from === id && can(edge.to))?.to;
    else if (event.key === "ArrowUp") next = data.find((edge) => edge.to === id && can(edge.from))?.from;
    else if (event.key === "ArrowRight") next = all[at + 1];
    else if (event.key === "ArrowLeft") next = all[at - 1];
    else if (event.key === "Enter" || event.key === " ") choose(id);
    else if (event.key === "Escape") search.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (next) groups[next].focus();
  }

  search.addEventListener("keydown", (event) => event.stopPropagation());
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    const hit = wanted && Object.keys(boxes).filter((id) => boxes[id].label.toLowerCase().includes(wanted));
    point(hit ? hit.flatMap((id) => boxes[id].calls) : []);
  });

  function share() {
    switches.replaceChildren(...model.get("switches").map(({ name, on }) => {
      const box = make("input", {
        type: "checkbox",
        onchange: (event) => model.send({ do: "share", name, on: event.target.checked }),
      });
      box.checked = on;
      return make("label", {}, box, ` share ${name}`);
    }));
  }

  // The code ----------------------------------------------------------------------------------

  function write() {
    const all = model.get("tabs"), chosen = model.get("tab");
    tabs.replaceChildren(...all.map((tab, k) => make(
      "button",
      {
        type: "button", role: "tab", "aria-selected": String(k === chosen), tabindex: k === chosen ? "0" : "-1",
        title: tab.reason || undefined, class: tab.reason ? "kx-cannot" : undefined,
        onclick: () => model.send({ do: "tab", tab: k }),
        onkeydown: (event) => {
          const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
          if (!step) return;
          event.preventDefault();
          model.send({ do: "tab", tab: (k + step + all.length) % all.length });
          wantsFocus = true;
        },
      },
      tab.title,
    )));
    if (wantsFocus) tabs.children[chosen]?.focus();
    wantsFocus = false;
    const tab = all[chosen];
    lines.setAttribute("aria-label", tab.title);
    if (tab.reason) {
      lines.replaceChildren(make("p", { class: "kx-reason" }, tab.reason));
      return;
    }
    lines.replaceChildren(...tab.text.replace(/\n$/, "").split("\n").map((text, k) => {
      const calls = callsOf(tab, k + 1);
      const line = make("div", { class: "kx-line", "data-line": k + 1 }, text || " ");
      if (!calls.length) return line;
      line.setAttribute("tabindex", "0");
      line.setAttribute("role", "button");
      line.addEventListener("mouseenter", () => point(calls));
      line.addEventListener("mouseleave", () => point([]));
      line.addEventListener("focus", () => point(calls));
      line.addEventListener("blur", () => point([]));
      const go = () => { const id = boxOf(calls); if (id) { groups[id].focus(); choose(id); } };
      line.addEventListener("click", go);
      line.addEventListener("keydown", (event) => {
        if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); go(); }
      });
      return line;
    }));
  }
  let wantsFocus = false;

  function callsOf(tab, number) {
    const over = tab.ties.filter((tie) => tie.line <= number && number <= tie.end);
    const least = Math.min(...over.map((tie) => tie.end - tie.line));
    return [...new Set(over.filter((tie) => tie.end - tie.line === least).flatMap((tie) => tie.calls))];
  }
  function boxOf(calls) {
    return Object.keys(boxes).find((id) => groups[id] && boxes[id].calls.some((call) => calls.includes(call)));
  }

  // What lights together ----------------------------------------------------------------------

  function point(calls) {
    const wanted = new Set(calls);
    const lit = new Set();
    for (const [id, box] of Object.entries(boxes)) {
      const on = box.calls.some((call) => wanted.has(call));
      if (on) lit.add(id);
      groups[id]?.classList.toggle("kx-lit", on);
    }
    for (const { from, to, kind, group } of edges) {
      const on = kind === "tie" ? lit.has(from) : lit.has(from) || lit.has(to);
      group.classList.toggle("kx-lit", on);
      if (kind === "tie" && on) groups[to]?.classList.add("kx-lit");
    }
    const tab = model.get("tabs")[model.get("tab")];
    for (const line of lines.querySelectorAll(".kx-line")) {
      const own = callsOf(tab, Number(line.dataset.line));
      line.classList.toggle("kx-lit", own.some((call) => wanted.has(call)));
    }
  }

  // The inspector -----------------------------------------------------------------------------

  let asked = "", chosen = null;
  const count = model.get("examples");
  const example = make("input", {
    type: "number", min: "0", max: String(count - 1), value: "0", "aria-label": "Example",
    oninput: () => ask(), onkeydown: (event) => event.stopPropagation(),
  });
  if (count) about.before(make("label", { class: "kx-example" }, "example ", example, ` of ${count}`));
  function choose(id) {
    if (!boxes[id]?.calls.length) return;
    if (chosen && groups[chosen]) groups[chosen].classList.remove("kx-chosen");
    chosen = id;
    groups[id].classList.add("kx-chosen");
    ask();
  }
  function ask() {
    if (!chosen || !boxes[chosen]) return;
    const path = boxes[chosen].path;
    asked = path.join("/");
    model.send({ do: "inspect", path, example: Number(example.value) });
  }

  listen("msg:custom", (message) => {
    if (message.do === "refused") {
      share();
      about.replaceChildren(make("p", { class: "kx-reason" }, message.reason));
      return;
    }
    if (message.do !== "inspected" || message.path.join("/") !== asked) return;
    const { title, rows, arrays } = message.about;
    const box = boxes[chosen] ?? {};
    const turn = box.opens ? ["open", box.opens, "Open"] : box.closes ? ["close", box.closes, "Close"] : null;
    about.replaceChildren(
      make("h4", {}, title),
      ...(turn ? [button(turn[2], `${turn[2]} ${turn[1]}`, () => model.send({ do: turn[0], name: turn[1] }))] : []),
      make("dl", {}, ...rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])),
      ...arrays.map(({ name, told, png, counts }) => make(
        "figure", {},
        make("figcaption", {}, make("b", {}, name), ` ${told}`),
        ...(png ? [make("img", { src: `data:image/png;base64,${png}`, alt: `${name}: ${told}` })] : []),
        bars(counts),
      )),
    );
  });

  function bars(counts) {
    const most = Math.max(1, ...counts);
    return make("div", { class: "kx-bars", "aria-hidden": "true" }, ...counts.map((count) =>
      make("i", { style: `height:${(100 * count) / most}%` })));
  }

  listen("change:graph", draw);
  listen("change:tabs", write);
  listen("change:tab", write);
  listen("change:switches", share);
  share();
  draw();
  write();
  return () => off.forEach((undo) => undo());
}

export default { render };
