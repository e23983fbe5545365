/** NVS (modules/io/storage/esp32/storage-esp32.c). Domain and key: at most 15 characters. Every call may throw. */
declare module "embedded:storage/key-value" {
  export interface KeyValueDomain {
    /** `undefined` when there is none; throws `mismatch` when it was written in another format. */
    read(key: string): ArrayBuffer | undefined;
    /** Written and committed: NVS writes the new value beside the old one, and gives the old one up last. */
    write(key: string, value: Uint8Array): void;
    delete(key: string): void;
    close(): void;
  }

  const keyValue: {
    open(options: {
      readonly path: string;
      readonly mode?: "r" | "r+";
      readonly format?: "buffer";
    }): KeyValueDomain;
  };
  export default keyValue;
}
