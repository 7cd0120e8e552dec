/**
 * Tooltips of the page: on points the example, on curves the values at the iteration under the pointer. Without it the
 * page shows all else. It reads the coordinates that figures carry as attributes, in units of their view boxes.
 */
export const SCRIPT = `(() => {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("role", "status");
  document.body.append(tip);
  const hide = () => { tip.style.opacity = 0; };
  const show = (text, event) => {
    tip.textContent = text;
    tip.style.opacity = 1;
    const { width, height } = tip.getBoundingClientRect();
    const left = Math.min(event.clientX + 14, document.documentElement.clientWidth - width - 8);
    const above = event.clientY - height - 14;
    tip.style.transform = "translate(" + Math.max(8, left) + "px," + (above > 4 ? above : event.clientY + 18) + "px)";
  };
  const draw = (svg, name, attributes) => {
    let element = svg.querySelector(":scope > ." + name);
    if (!element) {
      element = document.createElementNS("http://www.w3.org/2000/svg", name === "spot" ? "circle" : "path");
      element.setAttribute("class", name);
      svg.append(element);
    }
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    return element;
  };
  const listen = (svg, move) => {
    const at = (event) => {
      const box = svg.getBoundingClientRect(), view = svg.viewBox.baseVal;
      move((event.clientX - box.left) * view.width / box.width, (event.clientY - box.top) * view.height / box.height, event);
    };
    svg.addEventListener("pointermove", at);
    svg.addEventListener("pointerdown", at);
    svg.addEventListener("pointerleave", () => { hide(); for (const each of svg.querySelectorAll(":scope > .spot, :scope > .hair")) each.remove(); });
  };
  for (const svg of document.querySelectorAll("svg[data-points]")) {
    const points = JSON.parse(svg.dataset.points);
    listen(svg, (x, y, event) => {
      let best, least = 100;
      for (const point of points) {
        const distance = (point[0] - x) ** 2 + (point[1] - y) ** 2;
        if (distance < least) [best, least] = [point, distance];
      }
      if (!best) { hide(); svg.querySelector(":scope > .spot")?.remove(); return; }
      draw(svg, "spot", { cx: best[0], cy: best[1], r: 5 });
      show(best[2], event);
    });
  }
  for (const svg of document.querySelectorAll("svg[data-curves]")) {
    const { left, top, width, height, x: [from, to], curves } = JSON.parse(svg.dataset.curves);
    const minus = (value) => value === null ? "\\u2013" : value.toFixed(2).replace("-", "\\u2212");
    listen(svg, (x, y, event) => {
      if (x < left - 4 || x > left + width + 4) { hide(); return; }
      const wanted = from + (to - from) * (x - left) / width;
      const near = (xs) => xs.reduce((best, each, at) => Math.abs(each - wanted) < Math.abs(xs[best] - wanted) ? at : best, 0);
      const first = curves[0].x[near(curves[0].x)];
      const place = left + width * (first - from) / (to - from || 1);
      draw(svg, "hair", { d: "M" + place + "," + top + "v" + height });
      const lines = curves.map((curve) => { const at = near(curve.x); return curve.name + " " + minus(curve.y[at]) + (curve.x[at] === first ? "" : " (at " + curve.x[at].toLocaleString("en-US") + ")"); });
      show("iteration " + first.toLocaleString("en-US") + "\\n" + lines.join("\\n"), event);
    });
  }
  addEventListener("scroll", hide, { passive: true });
})();`;
