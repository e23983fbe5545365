/** Splits a stream into netstrings, `<bytes>:<content>,`; the rest waits for more. */
export class NetstringReader {
  #left = Buffer.alloc(0);

  /** The contents that are complete with these bytes. Throws an Error where the stream is none of netstrings. */
  read(bytes: Uint8Array): string[] {
    this.#left = Buffer.concat([this.#left, bytes]);
    const contents: string[] = [];
    for (;;) {
      const colon = this.#left.indexOf(":");
      if (colon < 0) return contents;
      const length = Number(this.#left.toString("latin1", 0, colon));
      if (!Number.isInteger(length)) throw new Error(`no netstring: ${this.#left.toString("latin1", 0, 40)}`);
      const end = colon + 1 + length;
      if (this.#left.length <= end) return contents;
      contents.push(this.#left.toString("utf8", colon + 1, end));
      this.#left = this.#left.subarray(end + 1);
    }
  }
}

export function netstring(content: string): string {
  return `${Buffer.byteLength(content)}:${content},`;
}
