// One chain: all else steps back; hand by hand, each step with its evidence in the panel.
let chain = null;
let step = 0;
const nameOf = (card) => nameIn(cardOf.get(card));
const tellStep = () => {
  if (chain === null) return;
  const steps = scene.walks[chain][1];
  if (step === 0) $("step").textContent = say("walk-whole", { m: steps.length });
  else {
    const [from, to] = steps[step - 1];
    $("step").textContent = say(from === to ? "walk-within" : "walk-step", { n: step, m: steps.length, from: nameOf(from), to: nameOf(to) });
  }
  $("walk-back").disabled = step === 0;
  $("walk-on").disabled = step === steps.length;
};
spoken.push(tellStep);
const showStep = () => {
  const [nodes, steps] = scene.walks[chain];
  light(new Set(nodes), true);
  for (const line of lines) line.classList.remove("now");
  tellStep();
  if (step === 0) { $("panel").hidden = true; document.querySelector(".stage").classList.remove("open"); unmark(); return; }
  const [from, to, ids] = steps[step - 1];
  const here = lines.filter((line) => ids.includes(line.dataset.id));
  here.forEach((line) => line.classList.add("now"));
  present([...new Set(here.map((line) => line.getAttribute("href").slice(1)))].slice(0, 12), null);
  reveal([from, to].map((name) => cardOf.get(name)));
};
const walkTo = (number) => {
  chain = number;
  step = 0;
  $("walk").hidden = chain === null;
  picture.classList.toggle("walking", chain !== null);
  if ($("chain")) $("chain").value = chain === null ? "" : String(chain);
  const option = $("chain") && $("chain").selectedOptions[0];
  for (const button of all(".walk")) button.setAttribute("aria-pressed", String(chain !== null && button.dataset.number === option.dataset.number));
  if (chain === null) {
    lines.forEach((line) => line.classList.remove("now"));
    light(new Set(), true);
    return;
  }
  if (state === "parties") {
    for (const name of scene.walks[chain][0]) if (cardOf.has(name)) toggle(cardOf.get(name), true);
    arrange();
    fit();
  }
  showStep();
};
const go = (by) => {
  const steps = scene.walks[chain][1].length;
  const next = Math.min(Math.max(step + by, 0), steps);
  if (next === step) return;
  step = next;
  showStep();
};
$("chain")?.addEventListener("change", () => { close(); walkTo($("chain").value === "" ? null : Number($("chain").value)); });
$("walk-on").addEventListener("click", () => go(1));
$("walk-back").addEventListener("click", () => go(-1));
$("walk-end").addEventListener("click", () => { walkTo(null); close(); ($("chain") || $("frame")).focus(); });
$("walk").addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by) { go(by); event.preventDefault(); }
});
for (const button of all(".walk")) {
  button.addEventListener("click", () => {
    const again = button.getAttribute("aria-pressed") === "true";
    const option = [...$("chain").options].findIndex((one) => one.dataset.number === button.dataset.number);
    walkTo(again ? null : option - 1);
    if (again) return;
    $("graph").scrollIntoView();
    $("walk-on").focus({ preventScroll: true });
  });
}
