import { idKey } from "../../firmware/core/node-id.js";
import type { SimNode } from "./sim-node.js";
import { bytesText, cryptoLabel, type SimReport } from "./sim-report.js";

/**
 * The overlay as it was at the end: each node stands on a circle where its Node-ID is, and each link is a line. A link
 * that only one of its ends has is dashed.
 */
export function overlaySvg(report: SimReport, living: readonly SimNode[]): string {
  const places = new Map(living.map((node) => [idKey(node.nodeId), placeOf(node)]));
  const ends = new Map<string, { readonly from: Place; readonly to: Place; both: boolean }>();
  for (const node of living) {
    for (const { nodeId } of node.describe()?.neighbours ?? []) {
      const [own, other] = [idKey(node.nodeId), idKey(nodeId)];
      const [from, to] = [places.get(own), places.get(other)];
      if (from === undefined || to === undefined) continue;
      const seen = ends.get(other + own);
      if (seen === undefined) ends.set(own + other, { from, to, both: false });
      else seen.both = true;
    }
  }
  const opacity = Math.max(0.03, Math.min(0.5, 200 / Math.max(1, ends.size)));
  const lines = [...ends.values()].map(
    ({ from, to, both }) =>
      `<line x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}"${both ? "" : ' stroke-dasharray="3 3"'}/>`,
  );
  const dots = living.map((node) => {
    const { x, y } = placeOf(node);
    const [radius, colour] = node.size === "host" ? [6, "#c0392b"] : [3, "#1f5fa8"];
    const fill = node.stage === "peer" ? colour : "white";
    const look = `r="${radius}" fill="${fill}" stroke="${colour}"`;
    return `<circle cx="${x}" cy="${y}" ${look}><title>${node.name}</title></circle>`;
  });
  const title = `${titleOf(report)}: ${living.length} nodes, ${ends.size} links; red: host peers, hollow: not joined`;
  return svg(title, [`<g stroke="black" stroke-opacity="${opacity}">`, ...lines, "</g>", ...dots]);
}

/** How many lookups took how many hops, and what that came to in bytes a minute. */
export function hopsSvg(report: SimReport, counts: ReadonlyMap<number, number>): string {
  const most = Math.max(1, ...counts.values());
  const widest = Math.max(1, ...counts.keys()) + 1;
  const step = (size - 2 * margin) / (widest + 1);
  const bars = [...counts].flatMap(([hops, count]) => {
    const height = ((size - 3 * margin) * count) / most;
    const x = margin + hops * step;
    const y = size - margin - height;
    return [
      `<rect x="${x}" y="${y}" width="${0.8 * step}" height="${height}" fill="#1f5fa8"/>`,
      text(x + 0.25 * step, size - margin + 16, String(hops)),
      text(x + 0.1 * step, y - 4, String(count)),
    ];
  });
  const note = `bytes a minute: ${bytesText(report.bytesPerNodePerMinute)}`;
  const mean = report.hops.mean.toFixed(2);
  return svg(`${titleOf(report)}: hops of lookups, mean ${mean}`, [text(margin, margin + 18, note), ...bars]);
}

/** Mean hops and bytes a minute against the number of nodes, which is drawn by its logarithm. */
export function growthSvg(reports: readonly SimReport[]): string {
  const [first] = reports;
  const least = Math.log2(Math.min(...reports.map(({ nodes }) => nodes)));
  const most = Math.log2(Math.max(2, ...reports.map(({ nodes }) => nodes)));
  const x = (nodes: number): number =>
    2 * margin + ((Math.log2(nodes) - least) * (size - 4 * margin)) / Math.max(1, most - least);
  const curve = (colour: string, name: string, of: (report: SimReport) => number | null): string[] => {
    const greatest = Math.max(...reports.map((report) => of(report) ?? 0), 1e-9);
    const points = reports.flatMap((report) => {
      const value = of(report);
      const y = size - 2 * margin - ((value ?? 0) * (size - 6 * margin)) / greatest;
      return value === null ? [] : [{ x: Math.round(x(report.nodes)), y: Math.round(y), value }];
    });
    const line = points.map((point) => `${point.x},${point.y}`).join(" ");
    const labels = points.map((point) =>
      text(point.x + 4, point.y - 4, String(Math.round(100 * point.value) / 100)),
    );
    const last = points.at(-1);
    const label = last === undefined ? [] : [text(last.x - 2 * margin, last.y - 20, name)];
    return [
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${line}"/>`,
      ...labels,
      ...label,
    ];
  };
  return svg(`${first === undefined ? "" : titleOf(first)}: hops and bytes against the number of nodes`, [
    ...reports.map(({ nodes }) => text(x(nodes), size - margin, String(nodes))),
    ...curve("#1f5fa8", "mean hops", ({ hops }) => hops.mean),
    ...curve(
      "#c0392b",
      "bytes a minute, host peers",
      ({ bytesPerNodePerMinute }) => bytesPerNodePerMinute.highPeer,
    ),
    ...curve(
      "#27824a",
      "bytes a minute, phones as peers",
      ({ bytesPerNodePerMinute }) => bytesPerNodePerMinute.lowPeer,
    ),
    ...curve(
      "#8a6d1f",
      "bytes a minute, clients",
      ({ bytesPerNodePerMinute }) => bytesPerNodePerMinute.client,
    ),
  ]);
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** By the first 32 bits of the Node-ID. */
function placeOf({ nodeId }: SimNode): Place {
  const share = new DataView(nodeId.buffer, nodeId.byteOffset, 4).getUint32(0) / 0x1_0000_0000;
  const angle = 2 * Math.PI * share;
  const radius = size / 2 - margin;
  const at = (value: number): number => Math.round(10 * (size / 2 + radius * value)) / 10;
  return { x: at(Math.sin(angle)), y: at(-Math.cos(angle)) };
}

function titleOf({ scenario, seed, nodes, crypto }: SimReport): string {
  return `${scenario}, ${nodes} nodes, seed ${seed}, ${cryptoLabel(crypto)}`;
}

function svg(title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}">`,
    `<rect width="${size}" height="${size}" fill="white"/>`,
    text(margin / 2, 24, title),
    ...parts,
    "</svg>\n",
  ].join("\n");
}

function text(x: number, y: number, words: string): string {
  return `<text x="${x}" y="${y}" font-family="sans-serif" font-size="12">${words}</text>`;
}

const size = 900;
const margin = 48;
