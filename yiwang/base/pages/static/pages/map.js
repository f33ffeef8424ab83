/* Comfort only: a place is chosen by pointing at the map; the list of streets beside it does the same without this file. */
document.querySelectorAll("svg.city.pick").forEach((map) => {
  const form = map.closest("form"), field = (name) => form.elements.namedItem(name);
  const pin = map.querySelector(".pin"), said = form.querySelector("[data-said]");
  const choose = (key) => map.querySelectorAll("[data-key]").forEach((one) => one.classList.toggle("chosen", one.dataset.key === key));
  map.addEventListener("click", (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
    const street = event.target.closest("[data-key]"), held = map.dataset;
    field("lon").value = (+held.west + (at.x - held.edge) / held.across).toFixed(6);
    field("lat").value = (+held.north - (at.y - held.edge) / held.down).toFixed(6);
    pin.setAttribute("transform", `translate(${at.x} ${at.y})`);
    pin.removeAttribute("hidden");
    field("region").value = street ? street.dataset.key : "";
    choose(field("region").value);
    said.textContent = street ? said.dataset.chosen + street.dataset.name : said.dataset.outside;
  });
  // Who changes the list means another place than the point.
  field("region").addEventListener("change", () => {
    field("lon").value = field("lat").value = "";
    pin.setAttribute("hidden", "");
    choose(field("region").value);
    said.textContent = "";
  });
});
