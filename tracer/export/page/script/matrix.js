// The matrix of lists: a cell is a pair; it is drawn when it comes into sight, and opens what is known of the pair.
const matrix = $("matrix") ? data("lists") : null;
const pairKey = (a, b) => `pair/${matrix.lists[a][0]}/${matrix.lists[b][0]}`;
const listName = (at) => matrix.lists[at][root.lang === "zh" ? 3 : 2];
const pairOf = (a, b) => matrix.pairs[Math.min(a, b)].find((one) => one[0] === Math.max(a, b));
const shareOf = (a, b) => pairOf(a, b)[1] / Math.max(1, Math.min(matrix.lists[a][4], matrix.lists[b][4]));
const percent = (share) => share.toLocaleString(root.lang, { style: "percent", maximumSignificantDigits: share < 0.1 ? 1 : 2 });
const tellPair = (a, b) => {
  const filled = { a: listName(a), b: listName(b) };
  if (a === b) return filled.a;
  return pairOf(a, b) ? say("pair", { ...filled, shared: pairOf(a, b)[1], share: percent(shareOf(a, b)) }) : say("pair-none", filled);
};
const linked = (href, text) => Object.assign(document.createElement("a"), { href, textContent: text });
// The card of a pair is made when it is asked for: by its key, as `#at=` has it.
const pairCard = (key) => {
  const found = matrix && /^pair\/(.+?)$/.exec(key) && matrix.lists.flatMap((_, a) => matrix.pairs[a].map(([b]) => [a, b])).find(([a, b]) => pairKey(a, b) === key);
  if (!found) return null;
  const [a, b] = found;
  const card = document.createElement("article");
  card.className = "about about-pair";
  card.dataset.key = key;
  const head = document.createElement("h3");
  const small = Object.assign(document.createElement("small"), { textContent: say("pair-of") });
  small.dataset.t = "pair-of";
  head.append(small, " ");
  [a, b].forEach((at, second) => {
    if (second) head.append(" · ");
    head.append(matrix.lists[at][1] ? linked(`#${matrix.lists[at][1]}`, listName(at)) : listName(at));
  });
  const facts = document.createElement("dl");
  const expected = pairOf(a, b)[2];
  const known = [["shared", pairOf(a, b)[1].toLocaleString(root.lang)], ["share-of-smaller", percent(shareOf(a, b))]];
  if (expected !== null) known.push(["expected", expected.toLocaleString(root.lang)]);
  for (const [name, value] of known) {
    const [row, term, told] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
    term.dataset.t = name;
    term.textContent = say(name);
    told.textContent = value;
    row.append(term, told);
    facts.append(row);
  }
  const ends = [a, b].map((at) => matrix.lists[at][1]);
  const between = lines.filter((line) => !line.classList.contains("road") && ends.every((end) => end && endsOf(line).includes(end)));
  const last = document.createElement(between.length ? "ul" : "p");
  last.className = between.length ? "touching" : "nothing";
  if (!between.length) {
    last.dataset.t = "pair-alone";
    last.textContent = say("pair-alone");
  }
  for (const line of between) {
    const link = linked(line.getAttribute("href"), line.getAttribute("aria-label"));
    link.dataset.line = line.dataset.id;
    last.append(document.createElement("li"));
    last.lastElementChild.append(link);
  }
  card.append(head, facts, last);
  return card;
};
if (matrix) {
  const [many, frame, grid] = [matrix.lists.length, $("matrix-frame"), $("matrix-grid")];
  const names = many > 60 ? 150 : 210;
  const cell = Math.max(5, Math.min(28, Math.floor((1100 - names) / many)));
  let here = null;
  const moved = svg("rect", { class: "spot", width: cell, height: cell });
  const draw = () => {
    const side = names + cell * many;
    Object.entries({ width: side, height: side - names + 2, viewBox: `0 -1 ${side} ${side - names + 2}` }).forEach(([key, value]) => grid.setAttribute(key, value));
    const steps = matrix.shares.map(() => []);
    matrix.pairs.forEach((row, a) => row.forEach(([b]) => {
      const step = matrix.shares.findLastIndex((least) => shareOf(a, b) >= least);
      if (step < 0) return;
      for (const [x, y] of [[a, b], [b, a]]) steps[step].push(`M${names + x * cell} ${y * cell}h${cell}v${cell}h-${cell}z`);
    }));
    const ground = svg("rect", { class: "ground", x: names, y: 0, width: cell * many, height: cell * many });
    const cells = steps.map((step, at) => svg("path", { class: `share s${at + 1}`, d: step.join("") }));
    const diagonal = svg("path", { class: "same", d: `M${names} 0l${cell * many} ${cell * many}` });
    grid.replaceChildren(ground, ...cells, diagonal, ...labels(), moved);
  };
  // A name for each list where there is room, else for the oldest of each family that has it.
  const labels = () => {
    const placed = [];
    let first = 0;
    for (const size of matrix.families) {
      const rows = cell >= 14 ? [...Array(size).keys()] : [0];
      for (const row of rows) {
        const y = (first + row + (cell >= 14 ? 0.5 : 0)) * cell + (cell >= 14 ? 4 : 11);
        if (!placed.length || y - placed.at(-1).y >= 13) placed.push({ y, at: first + row, more: cell >= 14 ? 0 : size - 1 });
      }
      first += size;
    }
    return placed.filter(({ y }) => y <= cell * many + 4).map(({ y, at, more }) => {
      const text = [...listName(at)];
      const room = Math.floor((names - 14) / (root.lang === "zh" ? 11 : 6.4)) - (more ? 4 : 0);
      return svg("text", { x: names - 8, y, "text-anchor": "end" }, (text.length > room ? `${text.slice(0, room - 1).join("")}…` : text.join("")) + (more ? ` +${more}` : ""));
    });
  };
  const tellHere = () => { $("matrix-said").textContent = here ? tellPair(...here) : ""; };
  const go = (a, b) => {
    here = [a, b];
    moved.setAttribute("x", names + b * cell);
    moved.setAttribute("y", a * cell);
      tellHere();
  };
  const at = (event) => {
    const box = grid.getBoundingClientRect();
    const scale = (names + cell * many) / box.width;
    const [b, a] = [Math.floor(((event.clientX - box.left) * scale - names) / cell), Math.floor((event.clientY - box.top) * scale / cell)];
    return Math.min(a, b) >= 0 && Math.max(a, b) < many ? [a, b] : null;
  };
  const act = () => {
    const [a, b] = here;
    const id = a === b ? matrix.lists[a][1] : pairOf(a, b) ? pairKey(Math.min(a, b), Math.max(a, b)) : "";
    if (id && open(id, frame)) $("graph").scrollIntoView();
  };
  grid.addEventListener("pointermove", (event) => { const cellAt = at(event); if (cellAt) go(...cellAt); });
  grid.addEventListener("click", (event) => { const cellAt = at(event); if (cellAt) { go(...cellAt); act(); } });
  frame.addEventListener("focus", () => { if (!here) go(Math.min(1, many - 1), 0); });
  frame.addEventListener("keydown", (event) => {
    const [a, b] = here || [0, 0];
    const end = many - 1;
    const ways = { ArrowLeft: [a, b - 1], ArrowRight: [a, b + 1], ArrowUp: [a - 1, b], ArrowDown: [a + 1, b], Home: [a, 0], End: [a, end], PageUp: [0, b], PageDown: [end, b] };
    if (event.key === "Enter" || event.key === " ") act();
    else if (event.key in ways) {
      go(...ways[event.key].map((place) => Math.min(Math.max(place, 0), end)));
      moved.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else return;
    event.preventDefault();
  });
  const watch = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    watch.disconnect();
    draw();
  }, { rootMargin: "600px" });
  watch.observe(frame);
  spoken.push(() => { if (grid.childElementCount) draw(); tellHere(); });
}
