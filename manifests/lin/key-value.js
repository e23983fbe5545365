/** `embedded:storage/key-value` on Linux: a file for each key, below the folder `config.state`. */
import config from "mc/config";
import { Directory, File } from "file";

const charsMax = 15;

class Domain {
  #path;

  constructor(path) {
    this.#path = path;
    this.#check(path);
  }

  read(key) {
    const path = this.#file(key);
    if (!File.exists(path)) return undefined;
    const file = new File(path);
    try {
      return file.length === 0 ? new ArrayBuffer(0) : file.read(ArrayBuffer);
    } finally {
      file.close();
    }
  }

  /** Written beside the old value and then put in its place, so that a power cut leaves one of the two. */
  write(key, value) {
    const path = this.#file(key);
    const fresh = `${path}.new`;
    File.delete(fresh);
    const file = new File(fresh, true);
    try {
      file.write(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength));
    } finally {
      file.close();
    }
    File.rename(fresh, path);
  }

  delete(key) {
    File.delete(this.#file(key));
  }

  close() {}

  #file(key) {
    this.#check(key);
    return `${config.state}/${this.#path}.${key}`;
  }

  #check(name) {
    if (name.length > charsMax) throw new RangeError("invalid key");
  }
}

export default Object.freeze({
  open({ path }) {
    Directory.create(config.state);
    return new Domain(path);
  },
});
