// Sections of a large page lie packed in it, and are there before anything else begins.
const packed = document.getElementById("packed");
const opened = async (held) => {
  const bytes = Uint8Array.from(atob(held.textContent), (sign) => sign.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  held.insertAdjacentHTML("beforebegin", await new Response(plain).text());
  held.remove();
};
if (packed) opened(packed).then(run);
else run();
