// Puts a map that can be moved in place of the drawn one. Outlines and squares come from this server; there are no tiles.
const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const fetched = async (address) => (await fetch(address)).json();

// Leaflet takes strings for HTML; a name out of a report is text.
function asText(name) {
  const label = document.createElement("span");
  label.textContent = name;
  return label;
}

function boxOf(map, margin) {
  const bounds = map.getBounds().pad(margin);
  const limit = (value, most) => Math.max(-most, Math.min(most, value));
  return [limit(bounds.getWest(), 180), limit(bounds.getSouth(), 85), limit(bounds.getEast(), 180), limit(bounds.getNorth(), 85)].map((v) => v.toFixed(4)).join(",");
}

function withBox(address, box) {
  const asked = new URL(address, location);
  asked.searchParams.set("box", box);
  return asked;
}

async function drawLand(map, figure) {
  const land = L.geoJSON(await fetched(withBox(figure.dataset.outlines, boxOf(map, 0.5))), {
    interactive: false,
    style: { color: style("--coast"), weight: 1, fillColor: style("--land"), fillOpacity: 1 },
  });
  figure.land?.remove();
  figure.land = land.addTo(map).bringToBack();
}

function drawArea(feature, latlng) {
  const { radius_km: km, exact } = feature.properties;
  const look = { color: style("--disc"), weight: 2, fillOpacity: 0.22, dashArray: exact ? null : "5 4" };
  if (!km) return L.circleMarker(latlng, look);
  const halo = L.circleMarker(latlng, { ...look, radius: 9, weight: 1, fill: false, dashArray: "2 3" }); // keeps a small area from looking like a pin
  return L.featureGroup([halo, L.circle(latlng, { ...look, radius: km * 1000 })]);
}

const MOST_NAMED = 12; // discs; the names of more would lie on one another

function drawDisc(feature, latlng, most, largest, map, named) {
  const { incidents, exact, id, name } = feature.properties;
  const whole = exact === incidents;
  const radius = 5 + (largest - 5) * Math.sqrt(incidents / most);
  const disc = L.circleMarker(latlng, { radius, color: style("--disc"), weight: 1.5, fillOpacity: whole ? 0.7 : 0.35, dashArray: whole ? null : "4 3" });
  if (named && name) {
    disc.bindTooltip(asText(`${name}: ${incidents}`), { permanent: true, className: "named", direction: "right", offset: [radius + 3, 0] });
  } else {
    const around = whole ? "" : `, ${incidents - exact} only somewhere around`;
    disc.bindTooltip(asText(`${name ? `${name}: ` : ""}${incidents} incident${incidents === 1 ? "" : "s"}${around}`));
  }
  disc.on("click", () => {
    if (id) location.assign(`/incidents/${id}`);
    else map.setView(latlng, map.getZoom() + 2);
  });
  return disc;
}

async function drawBins(map, figure) {
  const found = await fetched(withBox(figure.dataset.bins, boxOf(map, 0)));
  const most = Math.max(1, ...found.features.map((feature) => feature.properties.incidents));
  const middle = map.getCenter();
  const square = Math.abs(map.project([middle.lat, middle.lng + found.size]).x - map.project(middle).x);
  const largest = Math.min(22, Math.max(7, square / 2));
  const bins = L.geoJSON(found, { pointToLayer: (feature, latlng) => drawDisc(feature, latlng, most, largest, map, found.features.length <= MOST_NAMED) });
  figure.bins?.remove();
  figure.bins = bins.addTo(map);
}

function onlyHere(map, figure) {
  const control = L.control({ position: "topright" });
  control.onAdd = () => {
    const button = L.DomUtil.create("button", "here");
    button.type = "button";
    button.textContent = "Only what is in view";
    L.DomEvent.disableClickPropagation(button).on(button, "click", () => location.assign(withBox(figure.dataset.page, boxOf(map, 0))));
    return button;
  };
  control.addTo(map);
}

async function enliven(figure) {
  const frame = document.createElement("div");
  frame.className = "live";
  frame.setAttribute("role", "application");
  frame.setAttribute("aria-label", "Map that can be moved and zoomed");
  figure.querySelector("svg").after(frame);
  figure.classList.add("is-live");
  const map = L.map(frame, { attributionControl: false, zoomSnap: 0.25, minZoom: 1, maxZoom: 13, worldCopyJump: false, preferCanvas: false });
  if (figure.dataset.bins) {
    const [west, south, east, north] = figure.dataset.box.split(",").map(Number);
    map.fitBounds([[south, west], [north, east]]);
    onlyHere(map, figure);
  } else {
    const area = L.geoJSON(await fetched(figure.dataset.source), { pointToLayer: drawArea, style: { color: style("--disc"), weight: 2, fillOpacity: 0.22 } });
    map.setView([0, 0], 5);
    for (const layer of area.addTo(map).getLayers()) layer.bindTooltip(asText(layer.feature.properties.name), { permanent: true, direction: "top", offset: [0, -8] });
    map.fitBounds(area.getBounds().pad(1.2), { maxZoom: 7 });
  }
  const redraw = () => Promise.all([drawLand(map, figure), figure.dataset.bins ? drawBins(map, figure) : null]);
  map.on("moveend", redraw);
  await redraw();
}

if (window.L) for (const figure of document.querySelectorAll("[data-map]")) enliven(figure);
