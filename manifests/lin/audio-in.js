/** `embedded:io/audio/in` on Linux: a microphone in a silent room, 512 samples at a time as on the ESP32. */
import Timer from "timer";

const blockSamples = 512;
const ringBytes = 8192;

class AudioIn {
  #intervalMs;
  #onReadable;
  #timer;
  #waiting = 0;

  constructor({ sampleRate, onReadable }) {
    this.#intervalMs = (blockSamples * 1000) / sampleRate;
    this.#onReadable = onReadable;
  }

  start() {
    this.#timer ??= Timer.repeat(() => this.#handleBlock(), this.#intervalMs);
  }

  stop() {
    if (this.#timer !== undefined) Timer.clear(this.#timer);
    this.#timer = undefined;
    this.#waiting = 0;
  }

  close() {
    this.stop();
  }

  read(target) {
    if (target.byteLength > this.#waiting) throw new RangeError("invalid size");
    this.#waiting -= target.byteLength;
    target.fill(0);
    return target.byteLength;
  }

  #handleBlock() {
    this.#waiting = Math.min(ringBytes, this.#waiting + blockSamples * 2);
    this.#onReadable?.(this.#waiting);
  }
}

export default AudioIn;
