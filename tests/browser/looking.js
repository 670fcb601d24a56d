// What a person sees of each code cell's outputs. The tests judge it; here it is only collected.

/** The red, green, blue and opacity of a CSS colour. */
function parts(colour) {
  const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
  return [r, g, b, a];
}

function over(front, back) {
  return [0, 1, 2].map((k) => front[k] * front[3] + back[k] * (1 - front[3])).concat(1);
}

/** The colour behind an element, with what shines through. */
function background(element) {
  const layers = [];
  for (let e = element; e; e = e.parentElement) {
    layers.push(parts(getComputedStyle(e).backgroundColor));
    if (layers.at(-1)[3] === 1) break;
  }
  return layers.reduceRight((back, front) => over(front, back), [255, 255, 255, 1]);
}

/** As WCAG 2 defines it, from 1 to 21. */
function contrast(one, other) {
  const [light, dark] = [one, other]
    .map((colour) => {
      const [r, g, b] = colour.slice(0, 3).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    })
    .sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** The share of a picture's pixels that stand out, at 3:1, from what is most of it. */
function standsOut(image) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.min(image.naturalWidth, 600);
  canvas.height = Math.max(1, Math.round((image.naturalHeight * canvas.width) / image.naturalWidth));
  const context = canvas.getContext("2d");
  context.fillStyle = `rgb(${background(image).slice(0, 3).join()})`;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
  const counts = new Map();
  for (let k = 0; k < pixels.length; k += 4) {
    const key = (pixels[k] << 16) | (pixels[k + 1] << 8) | pixels[k + 2];
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const colours = [...counts].map(([key, n]) => [[key >> 16, (key >> 8) & 255, key & 255], n]);
  const most = colours.reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  const seen = colours.filter(([colour]) => contrast(colour, most) >= 3);
  return seen.reduce((sum, [, n]) => sum + n, 0) / (canvas.width * canvas.height);
}

function box(element) {
  const { left, top, right, bottom, width } = element.getBoundingClientRect();
  return { left, top, right, bottom, width };
}

function lookAtPicture(image, output) {
  const shown = image.naturalWidth > 0 && image.checkVisibility();
  return {
    box: box(image),
    around: box(image.closest("td") ?? output),
    naturalWidth: image.naturalWidth,
    // How large it is shown, of what it asks for.
    scale: box(image).width / (Number(image.getAttribute("width")) || image.naturalWidth),
    alt: image.alt,
    visible: shown,
    standsOut: shown ? standsOut(image) : 0,
  };
}

/** Every piece of text with its contrast, the worst first. */
function lookAtText(output) {
  const found = [];
  const walker = document.createTreeWalker(output, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { textContent, parentElement: parent } = walker.currentNode;
    // A picture's letters have colours of their own.
    if (!textContent.trim() || !parent.checkVisibility() || parent.closest("svg")) continue;
    const back = background(parent);
    const ratio = contrast(over(parts(getComputedStyle(parent).color), back), back);
    found.push({ text: textContent.trim().slice(0, 60), contrast: ratio });
  }
  return found.sort((a, b) => a.contrast - b.contrast);
}

function lookAtCodeCells() {
  const { content } = jupyterapp.shell.currentWidget;
  return content.widgets
    .filter((cell) => cell.model.type === "code")
    .map((cell) => {
      const outputs = [...cell.node.querySelectorAll(".jp-OutputArea-output")];
      const all = (selector) => outputs.flatMap((output) => [...output.querySelectorAll(selector)]);
      // Where a widget is alive, the picture that stands in for it is put away.
      const images = all("img").filter((image) => !image.closest(".kx"));
      const away = images.filter((image) =>
        image.closest(".kitchen-still") && !image.checkVisibility() && all(".kx svg").length);
      const boxOf = (kind) =>
        outputs.filter((x) => x.dataset.mimeType === `application/vnd.jupyter.${kind}`);
      return {
        id: cell.model.id,
        source: cell.model.sharedModel.source,
        prompt: cell.node.querySelector(".jp-InputPrompt").textContent,
        away: away.length,
        pictures: images.filter((image) => !away.includes(image)).map((image) =>
          lookAtPicture(image, image.closest(".jp-OutputArea-output"))),
        // The outermost tables, each with the boxes of the cells in each of its rows.
        tables: all("table")
          .filter((table) => !table.parentElement.closest("table"))
          .map((table) => [...table.rows].map((row) => [...row.cells].map(box))),
        errors: boxOf("error").map((x) => x.innerText),
        stderr: boxOf("stderr").map((x) => x.innerText),
        text: outputs.map((x) => x.innerText).join("\n"),
        // A traceback's colours are JupyterLab's own.
        faint: outputs
          .filter((x) => ![...boxOf("error"), ...boxOf("stderr")].includes(x))
          .flatMap(lookAtText)
          .slice(0, 3),
      };
    });
}

Object.assign(window, { lookAtCodeCells });
