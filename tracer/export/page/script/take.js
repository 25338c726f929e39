// A picture is taken away as it is seen: as a file that needs nothing else, or as code that shows it in another page.
const LOOK = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "paint-order", "font-family", "font-size", "font-style", "font-weight", "letter-spacing", "text-anchor", "dominant-baseline",
];
const SHAPES = "g, path, rect, circle, ellipse, line, polyline, polygon, text, tspan, title, desc, a, svg, marker, defs, use, clipPath";
const itself = (element, above = {}) => {
  const style = getComputedStyle(element);
  if (!element.matches(SHAPES) || style.display === "none" || style.visibility === "hidden") return null;
  const name = element.localName === "a" ? "g" : element.localName;
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const { name: key, value } of element.attributes) {
    if (/^(d|x|y|dx|dy|x1|y1|x2|y2|cx|cy|r|rx|ry|width|height|points|transform|viewBox|preserveAspectRatio|markerWidth|markerHeight|refX|refY|orient|lang)$/.test(key)) made.setAttribute(key, value);
  }
  const look = { ...above };
  if (!["title", "desc", "defs"].includes(name)) {
    for (const key of LOOK) {
      look[key] = style.getPropertyValue(key);
      if (look[key] && look[key] !== above[key]) made.setAttribute(key, look[key]);
    }
    if (style.opacity !== "1") made.setAttribute("opacity", style.opacity); // the only one that is not handed down
  }
  for (const child of element.childNodes) {
    const copy = child.nodeType === Node.TEXT_NODE ? child.cloneNode() : child.nodeType === Node.ELEMENT_NODE ? itself(child, look) : null;
    if (copy) made.append(copy);
  }
  return made;
};
const drawnAlone = (picture) => {
  const [x, y, w, h] = picture.getAttribute("viewBox").split(" ").map(Number);
  // Below it: whose picture it is, of which day, and made by what.
  const [alone, style, foot] = [itself(picture), getComputedStyle(document.body), Math.max(30, w / 50)];
  const line = [document.title, $("as-of")?.textContent, $("credit")?.textContent, document.querySelector("footer")?.textContent].filter(Boolean).join(" · ");
  const size = Math.max(11, Math.min(w / 90, (1.7 * w) / line.length));
  Object.entries({ width: w, height: h + foot, viewBox: `${x} ${y} ${w} ${h + foot}`, lang: root.lang }).forEach(([key, value]) => alone.setAttribute(key, value));
  alone.prepend(svg("title", {}, picture.getAttribute("aria-label") || document.title), svg("rect", { x, y, width: w, height: h + foot, fill: style.backgroundColor }));
  alone.append(svg("text", { x: x + 14, y: y + h + foot * 0.6, fill: style.color, "font-size": size, "font-family": style.fontFamily, stroke: "none" }, line));
  return alone;
};
const source = (alone) => new XMLSerializer().serializeToString(alone);
const raster = (alone) => new Promise((done, failed) => {
  const [w, h] = ["width", "height"].map((side) => Number(alone.getAttribute(side)));
  // Twice as many points as on the screen, as far as a browser can make an image of them.
  const scale = Math.min(2, 8000 / w, 8000 / h);
  const [image, canvas] = [new Image(), document.createElement("canvas")];
  [canvas.width, canvas.height] = [Math.round(w * scale), Math.round(h * scale)];
  image.onload = () => {
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png");
  };
  image.onerror = failed;
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source(alone))}`;
});
const save = (blob, name) => {
  const [link, url] = [document.createElement("a"), URL.createObjectURL(blob)];
  Object.assign(link, { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
};
const copied = async (kind, blob, name) => {
  try {
    await navigator.clipboard.write([new ClipboardItem({ [kind]: blob })]);
    return "take-copied";
  } catch {
    // A browser that lets no page write to the clipboard, or not this kind.
    const file = await blob;
    if (kind === "text/plain" && name.endsWith(".svg")) save(new Blob([file], { type: "image/svg+xml" }), name);
    else save(file, name);
    return "take-saved";
  }
};
const embedCode = (within) => {
  const told = new URLSearchParams(address());
  told.set("embed", within.id);
  const at = location.protocol.startsWith("http") ? `${location.origin}${location.pathname}` : location.pathname.split("/").at(-1);
  const [frame, listen] = [document.createElement("iframe"), document.createElement("script")];
  const height = Math.ceil(within.getBoundingClientRect().height);
  Object.assign(frame, { id: `tracer-${within.id}`, src: `${at}#${told}`, title: document.title, width: "100%", height, loading: "lazy" });
  frame.setAttribute("frameborder", "0");
  const find = `document.getElementById(${JSON.stringify(frame.id)})`;
  listen.text = `addEventListener("message",(e)=>{const f=${find};if(e.source===f.contentWindow&&e.data&&e.data.tracer==="height")f.height=e.data.height})`;
  return `${frame.outerHTML}\n${listen.outerHTML}`;
};
const printAlone = (alone) => {
  const sheet = document.createElement("div");
  sheet.id = "alone";
  ["width", "height"].forEach((side) => alone.removeAttribute(side));
  sheet.append(alone);
  document.body.append(sheet);
  root.classList.add("alone");
  addEventListener("afterprint", () => { sheet.remove(); root.classList.remove("alone"); }, { once: true });
  print();
};
const WAYS = {
  "take-svg": (picture) => copied("text/plain", new Blob([source(drawnAlone(picture))], { type: "text/plain" }), "picture.svg"),
  "take-png": (picture) => copied("image/png", raster(drawnAlone(picture)), "picture.png"),
  "take-pdf": async (picture) => { printAlone(drawnAlone(picture)); return ""; },
  "take-embed": (picture, within) => copied("text/plain", new Blob([embedCode(within)], { type: "text/plain" }), "embed.html"),
};
for (const place of all(".take")) {
  const within = place.closest("section, figure");
  const told = place.querySelector("output");
  for (const [key, act] of Object.entries(WAYS)) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: say(key) });
    button.dataset.t = key;
    button.addEventListener("click", async () => {
      const shown = all("svg", within.querySelector(".taken") || within).find((one) => one.getBoundingClientRect().width > 0);
      told.textContent = "";
      try {
        const said = await act(shown, within);
        told.textContent = said ? say(said) : "";
      } catch {
        told.textContent = say("take-failed");
      }
    });
    told.before(button);
  }
}
