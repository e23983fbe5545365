const width = 640;
const height = 240;
const margin = 48;
const barCells = 40;

/** A curve of bytes over the hours as an SVG: a line, its least and greatest value, the hours. */
export function curveSvg(title: string, bytes: readonly number[]): string {
  const { least, most } = rangeOf(bytes);
  const x = (at: number): number => margin + (at * (width - 2 * margin)) / Math.max(1, bytes.length - 1);
  const y = (value: number): number =>
    height - margin - ((value - least) * (height - 2 * margin)) / (most - least);
  const points = bytes.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const text = (at: readonly [number, number], words: string): string =>
    `<text x="${at[0]}" y="${at[1]}" font-family="sans-serif" font-size="12">${words}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    text([margin, 24], title),
    text([4, y(most) + 4], kilobytes(most)),
    text([4, y(least) + 4], kilobytes(least)),
    text([margin, height - 16], "hour 1"),
    text([width - margin - 40, height - 16], `hour ${bytes.length}`),
    `<polyline fill="none" stroke="#1f5fa8" stroke-width="2" points="${points}"/>`,
    "</svg>\n",
  ].join("\n");
}

/** The same for a terminal: a bar for each hour, over the range of all. */
export function curveText(bytes: readonly number[]): string {
  const { least, most } = rangeOf(bytes);
  const bars = bytes.map((value, at) => {
    const cells = Math.round((barCells * (value - least)) / (most - least));
    return `${String(at + 1).padStart(4)}  ${kilobytes(value).padStart(10)}  ${"#".repeat(cells)}`;
  });
  return bars.join("\n");
}

/** What is drawn: from zero it would be a straight line whatever happened; 2 % of the value at least. */
function rangeOf(bytes: readonly number[]): { readonly least: number; readonly most: number } {
  const least = bytes.length === 0 ? 0 : Math.min(...bytes);
  return { least, most: Math.max(...bytes, least * 1.02, 1) };
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
