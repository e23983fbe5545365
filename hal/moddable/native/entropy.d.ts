/** The hardware's generator of random bytes. */
declare module "muster/entropy" {
  /** Fills the array. On the ESP32 Wi-Fi must run, or the generator has nothing to draw from. */
  export function fill(target: Uint8Array): void;
}
