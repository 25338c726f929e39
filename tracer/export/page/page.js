"use strict";
(() => {
  const root = document.documentElement;
  const $ = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const words = JSON.parse($("words").textContent);
  root.classList.add("js");

  // ---------------------------------------------------------------- words
  const say = (key, filled = {}) => {
    const table = words[root.lang];
    if (!(key in table)) return key.includes(".") ? key.slice(key.indexOf(".") + 1) : key;
    return Object.entries(filled).reduce((text, [name, value]) => {
      const shown = String(value);
      return text.replaceAll(`{${name}}`, () => (shown.startsWith("@") ? say(shown.slice(1)) : shown));
    }, table[key]);
  };
  const speak = (within = document) => {
    for (const element of all("[data-t]", within)) {
      element.textContent = say(element.dataset.t, JSON.parse(element.dataset.v || "{}"));
    }
    for (const name of ["aria-label", "placeholder"]) {
      for (const element of all(`[data-t-${name}]`, within)) {
        element.setAttribute(name, say(element.getAttribute(`data-t-${name}`), JSON.parse(element.getAttribute(`data-v-${name}`))));
      }
    }
  };
  $("language").addEventListener("click", () => {
    root.lang = root.lang === "en" ? "zh" : "en";
    speak();
    tellHits();
  });
  $("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  const picture = $("picture");
  if (!picture) return;
  const lines = all(".line", picture);
  const boxes = all("#cards a", picture);

  // ---------------------------------------------------------------- cards
  let opener = null;
  const unmark = () => all(".chosen", picture).forEach((element) => element.classList.remove("chosen"));
  const open = (id, from) => {
    const about = $(id);
    if (!about || !about.classList.contains("about")) return false;
    const copy = about.cloneNode(true);
    copy.removeAttribute("id");
    $("panel-body").replaceChildren(copy);
    $("panel").hidden = false;
    document.querySelector(".stage").classList.add("open");
    unmark();
    all(`a[href="#${id}"]`, picture).forEach((element) => element.classList.add("chosen"));
    if (from && !from.closest("#panel")) opener = from;
    copy.focus({ preventScroll: true });
    $("panel").scrollTop = 0;
    return true;
  };
  const close = () => {
    if ($("panel").hidden) return;
    $("panel").hidden = true;
    document.querySelector(".stage").classList.remove("open");
    unmark();
    if (opener) opener.focus({ preventScroll: true });
    opener = null;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || dragged) return;
    if (open(link.getAttribute("href").slice(1), link)) {
      event.preventDefault();
      if (!link.closest("#graph")) $("graph").scrollIntoView();
    }
  });
  $("close").addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      close();
      walk(null);
    }
  });

  // ---------------------------------------------------------------- filters
  const chosen = (name) => new Set(all(`input[name="${name}"]:checked`).map((input) => input.value));
  const filter = () => {
    const least = Number(document.querySelector('input[name="grade"]:checked').value);
    const kinds = chosen("kind");
    const bases = chosen("basis");
    for (const line of lines) {
      const shown = Number(line.dataset.grade) >= least && bases.has(line.dataset.basis)
        && line.dataset.kinds.split(" ").some((kind) => kinds.has(kind));
      line.classList.toggle("off", !shown);
    }
    for (const body of all(".findings tbody[data-grade]")) body.classList.toggle("off", Number(body.dataset.grade) < least);
  };
  all('input[name="grade"], input[name="kind"], input[name="basis"]').forEach((input) => input.addEventListener("change", filter));

  // ---------------------------------------------------------------- search
  let hits = [];
  const tellHits = () => { $("hits").textContent = $("search").value.trim() ? say("hits", { n: hits.length }) : ""; };
  const search = () => {
    const wanted = $("search").value.trim().toLowerCase();
    hits = wanted ? boxes.filter((box) => box.dataset.search.includes(wanted)) : [];
    picture.classList.toggle("searching", hits.length > 0);
    for (const box of boxes) box.classList.toggle("hit", hits.includes(box));
    for (const card of all(".card", picture)) card.classList.toggle("has-hit", card.querySelector(".hit") !== null);
    tellHits();
  };
  $("search").addEventListener("input", search);
  $("search").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && hits.length) {
      event.preventDefault();
      open(hits[0].getAttribute("href").slice(1), $("search"));
    }
  });

  // ---------------------------------------------------------------- what belongs together
  const light = (nodes, every) => {
    for (const line of lines) {
      const ends = line.dataset.ends.split(" ");
      line.classList.toggle("lit", every ? ends.every((end) => nodes.has(end)) : ends.some((end) => nodes.has(end)));
    }
    for (const box of boxes) box.classList.toggle("lit", nodes.has(box.dataset.node));
    for (const card of all(".card", picture)) card.classList.toggle("lit", nodes.has(card.dataset.node));
  };
  const walk = (button) => {
    const again = button && button.getAttribute("aria-pressed") === "true";
    all(".walk").forEach((other) => other.setAttribute("aria-pressed", String(other === button && !again)));
    picture.classList.toggle("walking", Boolean(button) && !again);
    if (button && !again) {
      light(new Set(button.dataset.path.split(" ")), true);
      $("graph").scrollIntoView();
    } else light(new Set(), true);
  };
  all(".walk").forEach((button) => button.addEventListener("click", () => walk(button)));
  for (const box of boxes) {
    box.addEventListener("pointerenter", () => {
      if (picture.classList.contains("walking")) return;
      light(new Set([box.dataset.node]), false);
      picture.classList.toggle("near", lines.some((line) => line.classList.contains("lit")));
    });
    box.addEventListener("pointerleave", () => {
      picture.classList.remove("near");
      if (!picture.classList.contains("walking")) light(new Set(), true);
    });
  }

  // ---------------------------------------------------------------- pan and zoom
  const [width, height] = picture.dataset.natural.split(" ").map(Number);
  let view = { x: 0, y: 0, w: width, h: height };
  let dragged = false;
  const show = () => {
    view.w = Math.min(Math.max(view.w, width / 12), width);
    view.h = view.w * height / width;
    view.x = Math.min(Math.max(view.x, 0), width - view.w);
    view.y = Math.min(Math.max(view.y, 0), height - view.h);
    picture.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
    picture.classList.toggle("zoomed", view.w < width - 0.5);
  };
  const zoom = (factor, at = { x: view.x + view.w / 2, y: view.y + view.h / 2 }) => {
    const w = Math.min(Math.max(view.w / factor, width / 12), width);
    view.x = at.x - (at.x - view.x) * w / view.w;
    view.y = at.y - (at.y - view.y) * w / view.w;
    view.w = w;
    show();
  };
  const fit = () => { view = { x: 0, y: 0, w: width, h: height }; show(); };
  const place = (event) => {
    const box = picture.getBoundingClientRect();
    return { x: view.x + (event.clientX - box.left) * view.w / box.width, y: view.y + (event.clientY - box.top) * view.h / box.height };
  };
  $("zoom-in").addEventListener("click", () => zoom(1.4));
  $("zoom-out").addEventListener("click", () => zoom(1 / 1.4));
  $("zoom-fit").addEventListener("click", fit);
  picture.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 300), place(event));
  }, { passive: false });
  $("frame").addEventListener("keydown", (event) => {
    if (event.target !== $("frame")) return;
    const step = view.w / 8;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.key === "+" || event.key === "=") zoom(1.4);
    else if (event.key === "-") zoom(1 / 1.4);
    else if (event.key === "0") fit();
    else if (event.key in moves && view.w < width) {
      view.x += moves[event.key][0];
      view.y += moves[event.key][1];
      show();
    } else return;
    event.preventDefault();
  });
  let from = null;
  picture.addEventListener("pointerdown", (event) => {
    dragged = false;
    if (event.button === 0 && view.w < width) from = { x: event.clientX, y: event.clientY, view: { ...view } };
  });
  addEventListener("pointermove", (event) => {
    if (!from) return;
    const scale = view.w / picture.getBoundingClientRect().width;
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    if (Math.abs(dx) + Math.abs(dy) > 5) dragged = true;
    if (!dragged) return;
    picture.classList.add("dragged");
    view.x = from.view.x - dx * scale;
    view.y = from.view.y - dy * scale;
    show();
  });
  addEventListener("pointerup", () => {
    from = null;
    picture.classList.remove("dragged");
    setTimeout(() => { dragged = false; });
  });
  picture.addEventListener("dragstart", (event) => event.preventDefault());
})();
