// The panel: a copy of a line's or a node's card, beside the picture.
let opener = null;
const unmark = () => all(".chosen", picture).forEach((element) => element.classList.remove("chosen"));
const bar = (text) => {
  const [x, width, takes] = text.split(" ");
  const drawn = svg("svg", { class: takes ? "bar takes" : "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" });
  drawn.append(svg("rect", { x, width, height: 8 }));
  return drawn;
};
// The lines that touch a party, list or copy, the best founded first.
const touching = (id) => {
  const found = lines.filter((line) => !line.classList.contains("road") && endsOf(line).includes(id));
  if (!found.length) return [];
  const head = document.createElement("h5");
  head.dataset.t = "lines-of";
  head.textContent = say("lines-of");
  const list = document.createElement("ul");
  list.className = "touching";
  for (const line of found.sort((p, q) => q.dataset.grade - p.dataset.grade)) {
    const [item, link] = [document.createElement("li"), document.createElement("a")];
    link.href = line.getAttribute("href");
    link.dataset.line = line.dataset.id;
    link.textContent = line.getAttribute("aria-label");
    item.append(link);
    list.append(item);
  }
  return [head, list];
};
const present = (ids, from) => {
  const copies = ids.map((id) => $(id) || pairCard(id)).filter((about) => about && about.classList.contains("about")).map((about) => {
    const copy = about.cloneNode(true);
    copy.removeAttribute("id");
    if (about.classList.contains("about-node")) copy.append(...touching(about.id));
    for (const badge of all("h4 > .grade", copy)) {
      const small = document.createElement("small");
      small.dataset.t = `grade-${badge.textContent}`;
      small.textContent = say(small.dataset.t);
      badge.parentElement.append(small);
    }
    const here = document.createElement("a");
    Object.assign(here, { className: "here", href: `#at=${encodeURIComponent(about.dataset.key || about.id)}`, textContent: say("permalink") });
    here.dataset.t = "permalink";
    copy.querySelector("h3").after(here);
    copy.tabIndex = -1;
    for (const step of all("[data-bar]", copy)) step.firstElementChild.after(bar(step.dataset.bar));
    return copy;
  });
  if (!copies.length) return false;
  $("panel-body").replaceChildren(...copies);
  $("panel").dataset.of = ids[0];
  $("panel").hidden = false;
  document.querySelector(".stage").classList.add("open");
  unmark();
  for (const id of ids) all(`a[href="#${id}"]`, picture).forEach((element) => element.classList.add("chosen"));
  if (from && !from.closest("#panel")) opener = from;
  $("panel").scrollTop = 0;
  return true;
};
const open = (id, from) => {
  if (!present([id], from)) return false;
  $("panel-body").firstElementChild.focus({ preventScroll: true });
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
let dragged = false;
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (link && dragged) event.preventDefault(); // what was dragged is not followed
  if (!link || dragged) return;
  if (open(link.getAttribute("href").slice(1), link)) {
    event.preventDefault();
    if (!link.closest("#graph")) $("graph").scrollIntoView();
  }
});
$("close").addEventListener("click", close);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (!$("walk").hidden) walkTo(null);
  close();
});
