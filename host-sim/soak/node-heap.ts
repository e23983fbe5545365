import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeHeapSnapshot } from "node:v8";

/** The parts of V8's heap snapshot that are read here. */
interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly (readonly string[])[];
    };
  };
  readonly nodes: readonly number[];
}

/** What is not scripts' own: the compiler's code, and what it notes of shapes and calls; it grows for hours. */
const ofEngine: ReadonlySet<string> = new Set(["code", "hidden", "object shape", "synthetic"]);

/**
 * Bytes of objects, arrays, buffers, texts and closures that this process holds, counted one by one in a snapshot after
 * a collection of garbage. `process.memoryUsage()` has the compiler's code besides, which makes its figure useless to
 * find a leak of a few bytes an hour. The snapshot lies in `folder` meanwhile.
 */
export function nodeHeapBytes(folder: string): number {
  const path = writeHeapSnapshot(join(folder, `heap-${process.pid}.heapsnapshot`));
  const { snapshot, nodes } = JSON.parse(readFileSync(path, "utf8")) as HeapSnapshot;
  rmSync(path);
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, size] = [fields.indexOf("type"), fields.indexOf("self_size")];
  let bytes = 0;
  for (let at = 0; at < nodes.length; at += fields.length) {
    const kind = types[type]?.[nodes[at + type] ?? 0] ?? "";
    if (!ofEngine.has(kind)) bytes += nodes[at + size] ?? 0;
  }
  return bytes;
}
