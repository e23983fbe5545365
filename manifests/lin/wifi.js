/** `embedded:network/interface/wifi` on Linux: the network is there already, at `config.address`. */
import config from "mc/config";
import Timer from "timer";

class WiFi {
  #timer;

  constructor({ onChanged }) {
    this.#timer = Timer.set(() => {
      this.#timer = undefined;
      onChanged?.call(this, "connection");
      onChanged?.call(this, "address");
    });
  }

  get connection() {
    return 500;
  }

  get address() {
    return config.address;
  }

  connect() {}
  disconnect() {}

  close() {
    if (this.#timer !== undefined) Timer.clear(this.#timer);
    this.#timer = undefined;
  }
}

export default WiFi;
