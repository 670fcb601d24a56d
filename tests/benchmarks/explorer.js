// What the benchmark does in the page: each tool takes its own time there.

() => {
  const { content, sessionContext: { session: { kernel } } } = jupyterapp.shell.currentWidget;
  const run = (command) => jupyterapp.commands.execute(`notebook:${command}`);
  const clock = () => performance.timeOrigin + performance.now(); // the kernel's, too
  const pause = (time) => new Promise((done) => setTimeout(done, time));
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const begun = new Map();
  let worked = [];
  kernel.iopubMessage.connect((_, { header, parent_header: { msg_id }, content: told }) => {
    if (header.msg_type !== "status") return;
    const at = Date.parse(header.date);
    if (told.execution_state === "busy") begun.set(msg_id, at);
    else if (begun.has(msg_id)) worked.push([begun.get(msg_id), at]);
    if (told.execution_state === "idle") begun.delete(msg_id);
  });
  const rest = async () => { do await pause(100); while (begun.size); };
  /** Acts; resolves with the time at which the page has what was looked for. */
  function until(act, found) {
    return new Promise((done) => {
      const watcher = new MutationObserver(() => {
        if (!found()) return;
        watcher.disconnect();
        done(clock());
      });
      watcher.observe(content.node, { subtree: true, childList: true, characterData: true });
      act();
    });
  }
  async function timed(act, found) {
    await rest();
    worked = [];
    const start = clock(), there = await until(act, found);
    await found().decode?.();
    await frame();
    await frame();
    const painted = clock();
    await rest();
    const shares = worked.map(([from, to]) => Math.min(to, there) - Math.max(from, start));
    const kernel = shares.reduce((sum, x) => sum + Math.max(0, x), 0);
    return { there: there - start, painted: painted - start, kernel };
  }
  const all = (k, selector) => [...content.widgets[k].node.querySelectorAll(selector)];
  const one = (k, selector) => content.widgets[k].node.querySelector(selector);
  const box = (k, label) => one(k, `.kx-stage g[role="button"][aria-label*="${label}"]`);
  const send = (node, kind) => node.dispatchEvent(new MouseEvent(kind, { bubbles: true }));
  const set = (input, value) => { input.value = value; input.dispatchEvent(new Event("input")); };
  const fresh = (k, selector) => {
    const old = one(k, selector);
    return () => one(k, selector) !== old && one(k, selector);
  };
  const press = (k, button, changed) => until(() => button.click(), fresh(k, changed));
  const choose = (k, label) => until(() => send(box(k, label), "click"), fresh(k, ".kx-about h4"));

  async function cell(k, selector, text = "") {
    content.deselectAll();
    content.activeCellIndex = k;
    await run("clear-cell-output");
    content.widgets[k].node.scrollIntoView();
    let ran;
    const took = await timed(() => { ran = run("run-cell"); },
      () => all(k, selector).find((node) => node.textContent.includes(text)));
    await ran;
    return took;
  }
  /** Points at each box at the beginning of a frame, as a mouse does: script, and to its end. */
  async function hover(k) {
    const found = [];
    content.widgets[k].node.scrollIntoView();
    for (const node of all(k, '.kx-stage g[role="button"]')) {
      await pause(50);
      await frame();
      const start = performance.now();
      send(node, "mouseenter");
      const ran = performance.now();
      if (!node.classList.contains("kx-lit")) throw new Error("it is not lit");
      await pause(0);
      found.push([ran - start, performance.now() - start]);
      send(node, "mouseleave");
    }
    return found;
  }
  async function inspect(k, other, label, text) {
    await choose(k, other);
    const about = one(k, ".kx-about");
    return timed(() => send(box(k, label), "click"), () => about.textContent.includes(text));
  }
  function change(k, units) {
    const label = all(k, ".kx-fields label").find((x) => x.textContent.startsWith("first layer"));
    const before = one(k, ".kx-table").textContent;
    const has = (selector, text) => one(k, selector).textContent.includes(text);
    return timed(() => set(label.querySelector("input"), units), () => has(".kx-verdict", "can")
      && has(".kx-lines", `Dense(${units},`) && has(".kx-stage svg", `Dense ${units} `)
      && one(k, ".kx-table").textContent !== before);
  }
  async function slide(k, moves) {
    const slider = one(k, 'input[type="range"]'), about = one(k, ".kx-about"), renders = [];
    const watcher = new MutationObserver(() => renders.push(performance.now()));
    watcher.observe(about, { childList: true });
    for (let move = 1; move <= moves; move += 1) set(slider, move % (Number(slider.max) + 1));
    const last = performance.now();
    await pause(1000);
    await rest();
    watcher.disconnect();
    return [renders.length, renders.at(-1) - last];
  }
  async function live(k, rounds) {
    for (let round = 0; round < rounds; round += 1) {
      for (const label of ["left", "right", "both"]) {
        send(box(k, label), "mouseenter");
        await frame();
        send(box(k, label), "mouseleave");
      }
      await choose(k, "encoder, first use");
      await press(k, one(k, 'button[aria-label="Open encoder"]'), ".kx-stage svg");
      await choose(k, "inner, first use");
      await choose(k, "encoder, first use");
      await press(k, one(k, 'button[aria-label="Close encoder"]'), ".kx-stage svg");
      for (const tab of [1, 0]) await press(k, all(k, '[role="tab"]')[tab], ".kx-lines > *");
    }
    await rest();
    begun.clear();
    worked = [];
  }
  window.bench = { cell, hover, inspect, change, choose, slide, live };
}
