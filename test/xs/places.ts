import { SourceMap, type SourceMapPayload } from "node:module";

const notOurs = /node_modules\/|^test\/xs\/(engine\/|entry)/;
const callsShown = 12;

/**
 * A stack of XS, whose calls lie in the bundle ("at name (script:123)"), with the places of the sources; calls outside
 * our own code are left out.
 */
export function placed(stack: string, map: string): string {
  const sources = new SourceMap(JSON.parse(map) as SourceMapPayload);
  const calls = stack.split("\n").flatMap((line) => {
    const call = /^ *at (.*)\(script:(\d+)\)$/.exec(line);
    if (call === null) return line.startsWith("caused by") ? [line] : [];
    const place = placeOf(sources, Number(call[2]));
    return place === undefined ? [] : [`at ${call[1] ?? ""}(${place})`];
  });
  return calls.slice(0, callsShown).join("\n");
}

/** A line of the bundle begins with its indentation: what is mapped may come a little behind it. */
function placeOf(sources: SourceMap, line: number): string | undefined {
  for (let column = 0; column < 40; column++) {
    const entry = sources.findEntry(line - 1, column);
    if (!("originalSource" in entry) || entry.generatedLine !== line - 1) continue;
    const file = entry.originalSource.replace(/^(\.\.\/)+/, "");
    return notOurs.test(file) ? undefined : `${file}:${entry.originalLine + 1}`;
  }
  return undefined;
}
