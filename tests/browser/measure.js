// What a reader of a page or drawing would stumble over, from boxes as the browser draws them. Functions by name.
({
  // All that is there now: {faults, height, texts, steps, cards}.
  look: (given) => {
    const MOST = 11, AIR = 1, LEAST = 4.5, LEAST_LARGE = 3, FAINT = 1.6, GREY_APART = 0.08, BAND = 6, HEAD = 14;
    const faults = [];
    const fault = (kind, text, box, more) => faults.push({kind, text: text.trim().replace(/\s+/g, " ").slice(0, 90), box: box.map(Math.round), more: more || ""});
    const all = (selector, within = document) => [...within.querySelectorAll(selector)];
    const style = (() => { const kept = new Map(); return (e) => kept.get(e) || (kept.set(e, getComputedStyle(e)), kept.get(e)); })();
    const gone = new Map();  // of a drawing that is not laid out Chromium says that it is visible
    const absent = (element) => {
      if (!(element instanceof SVGElement)) return false;
      if (!gone.has(element)) gone.set(element, style(element).display === "none" || absent(element.parentElement));
      return gone.get(element);
    };
    const seen = (element) => !absent(element) && element.checkVisibility({opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true});
    const box = (rect) => [rect.left + scrollX, rect.top + scrollY, rect.right + scrollX, rect.bottom + scrollY];
    const meet = (one, other) => [Math.max(one[0], other[0]), Math.max(one[1], other[1]), Math.min(one[2], other[2]), Math.min(one[3], other[3])];
    const both = (one, other, least) => { const [x, y, right, bottom] = meet(one, other); return right - x > least && bottom - y > least; };
    const scale = (element) => { const m = element.getScreenCTM(); return Math.sqrt(Math.abs(m.a * m.d - m.b * m.c)); };
    const placed = (element, x, y) => { const m = element.getScreenCTM(); return [m.a * x + m.c * y + m.e + scrollX, m.b * x + m.d * y + m.f + scrollY]; };
    const EVERYWHERE = [-1e9, -1e9, 1e9, 1e9];

    // Of an element: what of the sheet its contents can be seen in. `hard`: never beyond it; `soft`: a reader scrolls there.
    const clips = new Map();
    const clip = (element) => {
      if (!element || element === document.body || element === document.documentElement) return {hard: EVERYWHERE, soft: EVERYWHERE, hidden: false, fixed: false};
      if (clips.has(element)) return clips.get(element);
      const how = style(element), fixed = how.position === "fixed" || how.position === "sticky";
      const outer = clip(how.position === "fixed" ? null : element.parentElement);
      let {hard, soft, hidden} = outer;
      if (element instanceof SVGSVGElement) {
        let own = box(element.getBoundingClientRect());
        const {x, y, width, height} = element.viewBox.baseVal || {};
        if (width && element.getScreenCTM()) own = meet(own, [...placed(element, x, y), ...placed(element, x + width, y + height)]);
        hard = meet(hard, own); soft = meet(soft, own);
      } else if (!(element instanceof SVGElement) && how.display !== "inline" && how.display !== "contents") {
        const own = box(element.getBoundingClientRect());
        const [x, y] = [how.overflowX, how.overflowY];
        const across = (wanted) => wanted.includes(x), down = (wanted) => wanted.includes(y);
        const shut = ["hidden", "clip"], open = ["hidden", "clip", "auto", "scroll"];
        const cutBy = (kinds) => [across(kinds) ? own[0] : -1e9, down(kinds) ? own[1] : -1e9, across(kinds) ? own[2] : 1e9, down(kinds) ? own[3] : 1e9];
        hard = meet(hard, cutBy(shut)); soft = meet(soft, cutBy(open));
        if ((across(shut) || down(shut)) && (own[2] - own[0] <= 2 || own[3] - own[1] <= 2)) hidden = true;
      }
      if (/inset\(50%|inset\(100%/.test(how.clipPath) || /rect\((0px|1px),? (0px|1px),? (0px|1px),? (0px|1px)\)/.test(how.clip)) hidden = true;
      const frame = element instanceof SVGElement && /url\("?#([^")]+)/.exec(how.clipPath);
      const shape = frame && document.getElementById(frame[1])?.querySelector("rect");
      if (shape) {
        const {x, y, width, height} = shape.getBBox();
        const own = [...placed(element, x, y), ...placed(element, x + width, y + height)];
        hard = meet(hard, own); soft = meet(soft, own);
      }
      const kept = {hard, soft, hidden, fixed: outer.fixed || fixed};
      clips.set(element, kept);
      return kept;
    };

    // Texts, a line each.
    const UNREAD = "title, desc, style, script, defs, symbol, noscript, template, option, datalist";
    const walker = document.createTreeWalker(document.body || document.documentElement, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) {
      const node = walker.currentNode, owner = node.parentElement;
      if (!node.data.trim() || !owner || owner.closest(UNREAD) || !seen(owner)) continue;
      const bounds = clip(owner);
      if (bounds.hidden) continue;
      const drawn = owner.closest("text"), range = document.createRange();
      range.selectNodeContents(node);
      const size = parseFloat(style(owner).fontSize) * (drawn ? scale(owner) : 1);
      for (const rect of range.getClientRects()) {
        if (rect.width < 0.5 || rect.height < 0.5) continue;
        const whole = box(rect), tall = whole[3] - whole[1], level = tall < 3 * size;
        // A line's box has air above and below its letters.
        const air = level ? Math.max(0, (tall - size) / 2) : 0;
        const letters = level ? [whole[0], whole[1] + air + size * 0.12, whole[2], whole[3] - air - size * 0.1] : whole;
        if (!drawn && (whole[2] <= 0 || whole[3] <= 0)) continue;  // a link to skip by, out of sight until it has the focus
        texts.push({node, owner, drawn, size, letters, shown: meet(letters, drawn ? bounds.soft : bounds.hard), reached: meet(letters, bounds.soft), fixed: bounds.fixed, text: node.data, svg: drawn && owner.ownerSVGElement});
      }
    }
    const inSight = (text) => text.reached[2] - text.reached[0] > 0.5 && text.reached[3] - text.reached[1] > 0.5;

    const told = new Set();
    for (const {node, size, letters, text} of texts)
      if (size < MOST - 0.05 && !told.has(node) && told.add(node)) fault("small", text, letters, `${size.toFixed(1)} px`);
    for (const field of all("input:not([type=checkbox]):not([type=radio]):not([type=hidden]):not([type=range]), select, textarea"))
      if (seen(field) && parseFloat(style(field).fontSize) < MOST - 0.05) fault("small", field.value || field.placeholder || "", box(field.getBoundingClientRect()), style(field).fontSize);

    for (const {letters, shown, text} of texts) {
      const lost = Math.max(shown[0] - letters[0], letters[2] - shown[2], shown[1] - letters[1], letters[3] - shown[3]);
      if (lost > 1.5) fault("cut", text, letters, `${Math.round(lost)} px`);
    }
    const said = [...new Set(texts.map((one) => (one.drawn || one.owner).textContent.replace(/\s+/g, " ").trim()))];
    const elsewhere = (name) => said.some((one) => { const at = one.indexOf(name); return at >= 0 && one.slice(at + name.length, at + name.length + 1) !== "…" && one.length > name.length; });
    for (const {letters, text} of texts) {
      const name = /^(.*?)\s*(…|\.\.\.)\s*$/s.exec(text.replace(/\s+/g, " ").trim())?.[1];
      if (name && name.length > 2 && name.length < 60 && !elsewhere(name)) fault("ellipsis", text, letters);
    }
    for (const owner of new Set(texts.filter((one) => !one.drawn).map((one) => one.owner))) {
      for (let at = owner; at && at !== document.body; at = at.parentElement) {
        const how = style(at);
        const shortened = how.textOverflow === "ellipsis" && how.overflowX !== "visible" && at.scrollWidth > at.clientWidth + 1;
        const clamped = how.webkitLineClamp && how.webkitLineClamp !== "none" && at.scrollHeight > at.clientHeight + 2;
        if (!shortened && !clamped) continue;
        const name = at.textContent.replace(/\s+/g, " ").trim();
        if (said.filter((one) => one.includes(name)).length < 2) fault("ellipsis", name, box(at.getBoundingClientRect()));
        break;
      }
    }

    // Text on text: sorted from top to bottom, each with those that begin above its end.
    const ordered = texts.filter(inSight).sort((one, other) => one.reached[1] - other.reached[1]);
    const open = [];
    for (const text of ordered) {
      for (let at = open.length - 1; at >= 0; at -= 1) if (open[at].reached[3] < text.reached[1]) open.splice(at, 1);
      for (const other of open)
        if (other.fixed === text.fixed && other.node !== text.node && both(other.reached, text.reached, AIR)) {
          const double = other.text.trim() === text.text.trim() && Math.abs(other.letters[0] - text.letters[0]) < 1.5 && Math.abs(other.letters[1] - text.letters[1]) < 1.5;
          if (!double) fault("overlap", `${text.text.trim()} / ${other.text.trim()}`, meet(other.reached, text.reached));
        }
      open.push(text);
    }

    // Cards and steps.
    const CARD = "[data-node], .card", STEP = "[data-from][data-to], .step";
    const cards = all(CARD).filter((one) => one.closest("svg") && seen(one) && !one.matches(".off")).map((element) => {
      const body = element.matches("rect") ? element : all("rect", element).find((one) => one.closest(CARD) === element && seen(one)) || element;
      const id = element.dataset.node || (element.getAttribute("href") || "").slice(1) || element.id;
      return {element, svg: element.closest("svg"), id, box: box(body.getBoundingClientRect())};
    });


    const colour = (said) => { const [r, g, b, a] = (said.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number); return said === "none" || said === "transparent" ? [0, 0, 0, 0] : [r, g, b, a === undefined ? 1 : a]; };
    const flat = (value) => { const share = value / 255; return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4; };
    const luminance = ([r, g, b]) => 0.2126 * flat(r) + 0.7152 * flat(g) + 0.0722 * flat(b);
    const contrast = (one, other) => { const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b); return (light + 0.05) / (dark + 0.05); };
    const laid = (top, ground) => [0, 1, 2].map((at) => top[at] * top[3] + ground[at] * (1 - top[3]));
    const veil = (element, until) => { let share = 1; for (let at = element; at && at !== until; at = at.parentElement) share *= parseFloat(style(at).opacity); return share; };

    const painted = new Map();  // svg -> shapes in the order of painting
    const shapes = (svg) => {
      if (!painted.has(svg)) painted.set(svg, all("rect, circle, ellipse, path, polygon, line, polyline, text", svg).filter((one) => one.ownerSVGElement === svg && !one.closest("defs, symbol, clipPath, mask, pattern, marker") && seen(one))
        .map((element, order) => {
          const how = style(element), [r, g, b, a] = colour(how.fill), [red, green, blue, alpha] = colour(how.stroke), veiled = veil(element, svg);
          const box_ = box(element.getBoundingClientRect());
          return {element, order, box: box_, how, fill: [r, g, b, element.tagName === "text" ? 0 : a * parseFloat(how.fillOpacity) * veiled], ink: [red, green, blue, alpha * parseFloat(how.strokeOpacity) * veiled], broad: parseFloat(how.strokeWidth) * scale(element)};
        }));
      return painted.get(svg);
    };
    const within = (shape, x, y) => {
      if (x < shape.box[0] || x > shape.box[2] || y < shape.box[1] || y > shape.box[3]) return false;
      if (shape.element.tagName === "rect") return true;
      const point = new DOMPoint(x - scrollX, y - scrollY).matrixTransform(shape.element.getScreenCTM().inverse());
      return shape.element.isPointInFill(point);
    };
    const upon = (shape, x, y) => {
      const far = shape.broad / 2;
      if (!shape.element.isPointInStroke || x < shape.box[0] - far || x > shape.box[2] + far || y < shape.box[1] - far || y > shape.box[3] + far) return false;
      return shape.element.isPointInStroke(new DOMPoint(x - scrollX, y - scrollY).matrixTransform(shape.element.getScreenCTM().inverse()));
    };
    const ground = (element) => {
      const layers = [];
      for (let at = element; at; at = at.parentElement) {
        const [r, g, b, a] = colour(style(at).backgroundColor);
        layers.push([r, g, b, a]);
        if (a === 1) break;
      }
      const bare = style(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
      return layers.reverse().reduce((under, layer) => laid(layer, under), bare);
    };
    const under = (svg, order, x, y) => {
      let colours = ground(svg);
      for (const shape of shapes(svg)) {
        if (shape.order >= order) break;
        if (shape.fill[3] && within(shape, x, y)) colours = laid(shape.fill, colours);
        if (shape.ink[3] && shape.broad > BAND && upon(shape, x, y)) colours = laid(shape.ink, colours);
      }
      return colours;
    };
    const orderOf = new Map();
    for (const text of texts.filter((one) => one.drawn && inSight(one))) {
      if (!orderOf.has(text.svg)) orderOf.set(text.svg, new Map(shapes(text.svg).map((shape) => [shape.element, shape.order])));
      text.order = orderOf.get(text.svg).get(text.drawn) ?? 1e9;
      const [x, y] = [(text.letters[0] + text.letters[2]) / 2, (text.letters[1] + text.letters[3]) / 2];
      text.ground = under(text.svg, text.order, x, y);
      const how = style(text.owner), [r, g, b, a] = colour(how.fill);
      // Letters with a rim are read against it.
      text.rimmed = how.paintOrder.startsWith("stroke") && colour(how.stroke)[3] > 0.5 && parseFloat(how.strokeWidth) * scale(text.owner) >= 2;
      const behind = text.rimmed ? laid(colour(how.stroke), text.ground) : text.ground;
      const ink = laid([r, g, b, a * parseFloat(how.fillOpacity) * veil(text.owner, text.svg)], behind), got = contrast(ink, behind);
      const large = text.size >= 24 || (text.size >= 18.66 && parseInt(how.fontWeight, 10) >= 700);
      if (got < (large ? LEAST_LARGE : LEAST)) fault("contrast", text.text, text.letters, got.toFixed(2));
    }

    // Lines: points as they are drawn, a few pixels apart.
    const along = (path) => {
      let length = 0;
      try { length = path.getTotalLength(); } catch { return []; }
      if (!length) return [];
      const many = Math.min(Math.max(Math.ceil(length * scale(path) / 3), 2), 600);
      return Array.from({length: many + 1}, (_, at) => { const point = path.getPointAtLength(length * at / many); return placed(path, point.x, point.y); });
    };
    const strokes = [];
    for (const svg of all("svg").filter(seen))
      for (const shape of shapes(svg))
        if (shape.ink[3] > 0.05 && (shape.element.tagName === "line" || (/^(path|polyline)$/.test(shape.element.tagName) && !shape.fill[3])))
          strokes.push({...shape, svg, points: along(shape.element)});

    for (const text of texts.filter((one) => one.drawn && inSight(one))) {
      const inner = [text.letters[0] + 1.5, text.letters[1] + 1.5, text.letters[2] - 1.5, text.letters[3] - 1.5];
      for (const line of strokes) {
        if (line.svg !== text.svg || line.broad > text.size * 0.7 || !both([line.box[0] - 1, line.box[1] - 1, line.box[2] + 1, line.box[3] + 1], inner, 0)) continue;
        const hits = line.points.filter(([x, y]) => x > inner[0] && x < inner[2] && y > inner[1] && y < inner[3]), hit = hits[0];
        if (!hit) continue;
        const along = Math.max(...hits.map(([x]) => x)) - Math.min(...hits.map(([x]) => x));
        // With a rim a text can be read that a line crosses, and not one that a line goes along.
        if (text.rimmed && line.order < text.order && along < text.size) continue;
        if (contrast(laid(line.ink, text.ground), text.ground) < FAINT) continue;  // a grid
        const covered = line.order < text.order && shapes(text.svg).some((shape) => shape.order > line.order && shape.order < text.order && shape.fill[3] > 0.7 && within(shape, ...hit));
        if (!covered) { fault("struck", text.text, text.letters); break; }
      }
    }

    const steps = [];
    for (const element of all(STEP).filter((one) => one.closest("svg") && seen(one) && !one.matches(".off"))) {
      const lines = strokes.filter((one) => element.contains(one.element)).sort((one, other) => other.points.length - one.points.length);
      const line = lines.find((one) => one.element.matches(".stroke")) || lines.find((one) => !one.element.matches(".halo")) || lines[0];
      if (!line || line.points.length < 2) continue;
      let points = line.points;
      const near = (point, card) => Math.hypot(Math.max(card.box[0] - point[0], 0, point[0] - card.box[2]), Math.max(card.box[1] - point[1], 0, point[1] - card.box[3]));
      const {from, to} = element.dataset, beside = cards.filter((card) => card.svg === line.svg);
      // An end may be named by its card, or by what is in it; it may be told by where the line ends alone.
      const has = (card, name) => card.id === name || all(`[id="${CSS.escape(name)}"], [href="#${CSS.escape(name)}"], [data-id="${CSS.escape(name)}"]`, card.element).length > 0;
      const nearest = (point) => beside.filter((card) => near(point, card) < HEAD).sort((one, other) => near(point, one) - near(point, other)).slice(0, 1);
      const own = (names, point) => names === undefined ? nearest(point) : beside.filter((card) => names.split(" ").some((name) => has(card, name)));
      const [begins, ends] = [own(from, points[0]), own(to, points.at(-1))];
      if (begins[0] && ends[0] && near(points[0], begins[0]) > near(points.at(-1), begins[0]) + 4) points = [...points].reverse();
      // A head is a small filled shape, or a marker.
      const headed = style(line.element).markerEnd !== "none" || style(line.element).markerStart !== "none"
        || shapes(line.svg).some((one) => element.contains(one.element) && /^(path|polygon)$/.test(one.element.tagName) && one.fill[3] > 0 && one.box[2] - one.box[0] < 30 && one.box[3] - one.box[1] < 30 && one.box[2] > one.box[0]);
      const names = [begins, ends].map(([card], at) => card ? card.id : [from, to][at] ?? "?");
      steps.push({element, from: names[0], to: names[1], svg: line.svg, points, headed, at: [begins[0] ? cards.indexOf(begins[0]) : -1, ends[0] ? cards.indexOf(ends[0]) : -1],
        said: element.getAttribute("aria-label") || names.join(" > "), word: element.dataset.against || element.closest("[data-against]")?.dataset.against || ""});
      for (const card of beside) {
        if (begins.includes(card) || ends.includes(card) || near(points[0], card) < 3 || near(points.at(-1), card) < 3) continue;
        const inner = [card.box[0] + 1.5, card.box[1] + 1.5, card.box[2] - 1.5, card.box[3] - 1.5];
        if (points.some(([x, y]) => x > inner[0] && x < inner[2] && y > inner[1] && y < inner[3])) fault("through", steps.at(-1).said, card.box, `card ${card.id}`);
      }
    }
    // What is said of a step may stand on a card that it joins.
    const at = new Map(steps.map((one) => [one.element, one.at.map((end) => cards[end])]));
    for (const text of texts.filter((one) => one.drawn && inSight(one)))
      for (const card of cards)
        if (card.svg === text.svg && !card.element.contains(text.owner) && !(at.get(text.owner.closest(STEP)) || []).includes(card) && both(card.box, text.letters, AIR)) fault("over card", text.text, text.letters, card.id);
    for (const svg of new Set(steps.map((one) => one.svg))) {
      const mine = steps.filter((one) => one.svg === svg), headed = mine.some((one) => one.headed) ? mine.filter((one) => one.headed) : mine;
      const across = (one) => one.points.at(-1)[0] - one.points[0][0], down = (one) => one.points.at(-1)[1] - one.points[0][1];
      const sum = (of) => headed.reduce((so, one) => so + Math.abs(of(one)), 0);
      const run = svg.dataset.run || svg.querySelector("[data-run]")?.dataset.run || (sum(across) >= sum(down) ? "right" : "down");
      for (const one of headed) {
        const told = one.word && (!document.getElementById(one.word) || document.getElementById(one.word).textContent.trim());
        if ((run === "right" ? across(one) : down(one)) < -4 && !told) fault("against", one.said, [...one.points[0], ...one.points.at(-1)], run);
      }
    }

    // Printed grey: the colour of the finding is apart from the grey of the rest, by lightness alone.
    const oklab = ([r, g, b]) => {
      const [l, m, s] = [[0.41222, 0.53633, 0.05145], [0.2119, 0.6807, 0.1074], [0.0883, 0.28172, 0.62998]].map(([x, y, z]) => Math.cbrt(x * flat(r) + y * flat(g) + z * flat(b)));
      return [0.21045 * l + 0.79362 * m - 0.00407 * s, 1.978 * l - 2.42859 * m + 0.45059 * s, 0.0259 * l + 0.78277 * m - 0.80868 * s];
    };
    for (const svg of all("svg").filter((one) => seen(one) && !one.ownerSVGElement && one.getBoundingClientRect().width > 200)) {
      const bare = luminance(ground(svg)), inks = new Map();
      for (const shape of shapes(svg)) {
        const ink = shape.ink[3] ? shape.ink : shape.fill;
        if (ink[3] > 0.5) inks.set(ink.slice(0, 3).join(" "), ink);
      }
      const made = [...inks].map(([said, one]) => [said, one, oklab(one)]).map(([name, one, [l, a, b]]) => ({name, one, l, chroma: Math.hypot(a, b), hue: Math.atan2(b, a) * 180 / Math.PI}));
      const reds = made.filter((one) => one.chroma > 0.1 && one.hue > 5 && one.hue < 65), greys = made.filter((one) => one.chroma < 0.04 && (Math.max(luminance(one.one), bare) + 0.05) / (Math.min(luminance(one.one), bare) + 0.05) > FAINT);
      for (const red of reds) for (const grey of greys) if (Math.abs(red.l - grey.l) < GREY_APART) fault("grey", `${red.name} and ${grey.name}`, box(svg.getBoundingClientRect()), Math.abs(red.l - grey.l).toFixed(3));
    }

    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (!given.drawing && wide > 1) fault("wide", "the page scrolls sideways", [0, 0, document.documentElement.scrollWidth, 0], `${wide} px`);
    const svgs = [...new Set(steps.map((one) => one.svg))];
    return {
      faults, height: document.documentElement.scrollHeight, texts: texts.length,
      steps: steps.map((one) => ({from: one.from, to: one.to, drawing: svgs.indexOf(one.svg), points: one.points, at: one.at})),
      cards: cards.map((one) => ({id: one.id, box: one.box})),
    };
  },

  // Gives every card and step that is drawn to be opened a number; how many there are.
  number: () => {
    const drawn = [...document.querySelectorAll("svg [data-node], svg .card, svg [data-from][data-to], svg .step")];
    const shown = drawn.filter((one) => one.getClientRects().length && !one.matches(".off") && one.closest("svg").matches(":not([role=img])"));
    shown.forEach((one, at) => { one.dataset.measured = at; });
    return shown.length;
  },

  // Which of them the focus is on; null where it is nowhere.
  focused: () => {
    const now = document.activeElement;
    if (!now || now === document.body) return null;
    const near = now.closest("[data-measured]") || (now.closest("svg") && now.querySelector("[data-measured]"));
    if (!near) return [];
    window.measuredFirst ||= now;
    return [near.dataset.measured];
  },

  // What a reader of the page has before them, as one text.
  state: () => document.body.innerText,

  // How many panels are open.
  panels: () => [...document.querySelectorAll("dialog[open], [role=dialog], #panel, .panel, .opened")].filter((one) => one.getClientRects().length).length,

  // Of the last card that is drawn: names by which a link may ask for it.
  names: () => {
    const one = [...document.querySelectorAll("svg [data-node][data-measured], svg .card[data-measured]")].at(-1);
    if (!one) return [];
    const target = document.getElementById((one.getAttribute("href") || "#").slice(1));
    const {at, id, node} = one.dataset;
    return [...new Set([at, id, target?.dataset.key, one.querySelector(".ref")?.textContent, node].filter(Boolean))];
  },

  // Whether the card of that name is in sight, and what is opened for it: null where nothing is.
  arrived: (name) => {
    const shown = (one) => one.getClientRects().length > 0;
    const seen = (one) => {
      const {left, top, right, bottom, width} = one.getBoundingClientRect();
      return width > 0 && top < innerHeight - 20 && bottom > 20 && left < innerWidth && right > 0;
    };
    const called = (one) => {
      const target = document.getElementById((one.getAttribute("href") || "#").slice(1));
      return [one.dataset.at, one.dataset.id, one.dataset.node, target?.dataset.key, one.querySelector(".ref")?.textContent];
    };
    const drawn = [...document.querySelectorAll("svg [data-node], svg .card")].filter((one) => shown(one) && called(one).includes(name));
    const opened = [...document.querySelectorAll("dialog[open], [role=dialog], #panel, .panel, .opened, :target")].filter(shown);
    return {drawn: drawn.length > 0, inSight: drawn.some(seen), opened: opened.length ? opened.some(seen) : null};
  },

  // The first card or step that can be opened, with the focus on it.
  first: () => {
    const openable = "svg a[href], svg [tabindex], svg [role=button]";
    const one = [...document.querySelectorAll(openable)].find((each) => each.getClientRects().length && !each.matches(".off") && each.closest("[data-node], [data-from], .card, .step"));
    one?.focus();
    return Boolean(one);
  },
})
