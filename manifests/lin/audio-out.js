/**
 * `pins/audioout` on Linux: a loudspeaker nobody hears. Entries of the queue take as long as they would sound, and the
 * callbacks come when they are reached.
 */
import Timer from "timer";

const queueMax = 8;

class AudioOut {
  #sampleRate;
  #queue = [];
  #timer;
  #running = false;

  constructor({ sampleRate }) {
    this.#sampleRate = sampleRate;
  }

  enqueue(stream, kind, value, repeat, offset, count) {
    if (kind === AudioOut.Flush) return this.#flush();
    if (this.#queue.length === queueMax) throw new Error("queue full");
    const samples = kind === AudioOut.RawSamples ? count * repeat : 0;
    this.#queue.push({ samples, id: kind === AudioOut.Callback ? value : undefined });
    this.#playNext();
  }

  length() {
    return queueMax - this.#queue.length;
  }

  start() {
    this.#running = true;
    this.#playNext();
  }

  stop() {
    this.#running = false;
    if (this.#timer !== undefined) Timer.clear(this.#timer);
    this.#timer = undefined;
  }

  close() {
    this.stop();
    this.#queue.length = 0;
  }

  #playNext() {
    if (!this.#running || this.#timer !== undefined || this.#queue.length === 0) return;
    const { samples } = this.#queue[0];
    this.#timer = Timer.set(() => this.#handlePlayed(), (samples * 1000) / this.#sampleRate);
  }

  #handlePlayed() {
    this.#timer = undefined;
    const { id } = this.#queue.shift();
    this.#playNext();
    if (id !== undefined) this.callback?.(id);
  }

  #flush() {
    const dropped = this.#queue;
    this.#queue = [];
    for (const { id } of dropped) if (id !== undefined) this.callback?.(id);
  }
}
AudioOut.Flush = 2;
AudioOut.Callback = 3;
AudioOut.RawSamples = 5;

export default AudioOut;
