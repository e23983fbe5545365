/**
 * Records this node has given up because others hold them, the last of them, each as one number. Where nobody sees the
 * whole overlay, some take this node for one of the nearest though it knows nearer ones: what was given up is not taken
 * from them again, or it would be handed to and fro for as long as it lives.
 */
export class DroppedRecords {
  #all: readonly number[] = [];

  note(resource: Uint8Array, generation: number): void {
    this.#all = [...this.#all, markOf(resource, generation)].slice(-droppedMax);
  }

  has(resource: Uint8Array, generation: number): boolean {
    return this.#all.length > 0 && this.#all.includes(markOf(resource, generation));
  }
}

/** Two records with one mark are no harm: the second stays with who offered it. */
function markOf(resource: Uint8Array, generation: number): number {
  const start = new DataView(resource.buffer, resource.byteOffset, resource.length).getInt32(0);
  return start ^ Math.imul(generation % 0x100000000, oddFactor);
}

const oddFactor = 0x9e3779b1;
const droppedMax = 32;
